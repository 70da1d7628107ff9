import Configuration
import Glibc

extension MeshSettings {
    public init(_ settings: Configuration.Settings) {
        self.init()
        transport = settings.text("mesh.transport") == "tcp" ? .tcp : .ipc
        folder = settings.path("mesh.folder")
        relayPublish = settings.text("mesh.relay_publish")
        relaySubscribe = settings.text("mesh.relay_subscribe")
        advertise = settings.text("mesh.advertise")
        if advertise.isEmpty, let name = getenv("TRADEWIND_ADVERTISE") { advertise = String(cString: name) }
        isEncrypted = settings.flag("mesh.curve")
        keysFolder = settings.path("mesh.keys_folder")
        stateFolder = settings.path("state.folder")
    }
}

extension CommandKeys {
    public init(_ settings: Configuration.Settings) {
        let folder = settings.path("control.keys_folder")
        self.init(folder: folder.isEmpty ? settings.path("state.folder") + "/control" : folder)
    }
}

extension NodeSettings {
    init(service: String, shard: String, instance: String, _ settings: Configuration.Settings) {
        self.init(service: service, shard: shard, instance: instance)
        isReplay = settings.flag("mesh.replay")
        stepsAheadMax = settings.integer("mesh.window_steps")
        beatInterval = settings.duration("mesh.beat_interval")
        beatsMissedMax = settings.integer("mesh.beats_missed_max")
        heldMax = settings.integer("mesh.held_max")
        takersPatience = settings.duration("mesh.takers_patience")
        segmentSize = settings.size("state.segment_size")
        syncInterval = settings.duration("state.sync_interval")
        checkpointInterval = settings.duration("state.checkpoint_interval")
        segmentsPerSnapshot = UInt64(settings.integer("state.snapshot_segments"))
        retention = settings.duration("state.retention")
        let kept = settings.size("state.retention_size")
        if kept > 0 { segmentsKept = UInt64(max(1, kept / segmentSize)) }
        settingsText = settings.canonicalText
    }
}
