/// tap: shows what is said in the mesh, live or from transcripts. It takes part in nothing and slows nobody.
import Configuration
import Domain
import Mesh
import Wire

run(tapCommand) { parsed in
    Stop.listen()
    try checkCombination(parsed)
    if let name = parsed.text(ifGiven: "why") {
        try WhyReport.run(name, parsed)
        return
    }
    let speed = try Speed(parsed.text("speed"))
    var tap = try Tap(parsed)
    if let folder = parsed.text(ifGiven: "transcript") {
        try tap.read(folder)
    } else if let file = parsed.text(ifGiven: "replay") {
        try tap.replay(file, speed)
    } else {
        try tap.listen(MeshSettings(Settings.load(for: parsed)), for: parsed.duration(ifGiven: "for"))
    }
    try tap.finish()
}
