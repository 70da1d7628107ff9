/// The keys of a compose file: which are obeyed, which concern containers alone, and which are refused with what to
/// write instead. What is in none of these lists is a mistake.
public enum ComposeKeys {
    /// Of the file.
    static let file = ["services", "version", "volumes", "networks"]
    static let fileRefused = [
        "secrets": "put keys and passwords into files of mode 0600 and name them in the settings",
        "configs": "put settings into config/tradewind.yaml",
        "include": "write all services into one file",
        "name": "docker-compose 1.29 does not know it; use its option --project-name",
    ]

    /// Of a service, obeyed for processes.
    public static let obeyed = [
        "command", "environment", "depends_on", "restart", "deploy", "scale", "cpuset", "mem_limit",
        "stop_grace_period", "profiles",
    ]

    /// Of a service, for containers only: a process has no image, no file system and no network of its own. Whether it
    /// is well is known from its beats, so it needs no healthcheck.
    public static let containersOnly = [
        "image", "build", "healthcheck", "volumes", "networks", "network_mode", "ports", "expose", "hostname",
        "container_name", "user", "read_only", "tmpfs", "cap_add", "cap_drop", "security_opt", "init",
        "labels",
        "logging", "pids_limit", "shm_size", "sysctls", "ulimits", "platform", "pull_policy", "dns",
        "extra_hosts",
    ]

    static let serviceRefused = [
        "entrypoint": "write the whole command into command",
        "env_file": "write the variables under environment, or settings into config/tradewind.yaml",
        "extends": "use an anchor, as in <<: *service",
        "stop_signal": "every service ends in good order at SIGTERM",
        "working_dir": "give paths in the settings",
        "cpus": "say which processors with cpuset",
        "cpu_shares": "say which processors with cpuset",
        "cpu_count": "say which processors with cpuset",
        "mem_reservation": "set a limit with mem_limit",
        "memswap_limit": "set a limit with mem_limit",
        "links": "services find each other by the relay",
        "secrets": "put keys and passwords into files of mode 0600 and name them in the settings",
        "configs": "put settings into config/tradewind.yaml",
        "privileged": "no service needs it",
        "devices": "no service needs any",
        "volumes_from": "name the volumes of each service",
    ]

    static let deploy = ["replicas"]
    static let deployRefused = [
        "resources": "set limits with mem_limit and cpuset", "restart_policy": "use restart",
        "mode": "give a number of replicas", "placement": "use cpuset", "endpoint_mode": "it is for swarms",
        "labels": "they are for swarms", "update_config": "it is for swarms",
        "rollback_config": "it is for swarms",
    ]
}
