import Configuration
import Domain
import Mesh

/// What came of a round.
struct ChaosOutcome {
    let seed: UInt64
    let round: Int
    let scene: String
    let manner: String
    var did: [String] = []
    var orders = 0
    var fills = 0
    /// Proposals that a limit made smaller or refused.
    var curbed = 0
    /// Words and rows that were held against each other.
    var compared = 0
    var seconds = 0.0
    var recoveries: [Recoveries.Sample] = []
    var findings: [ChaosFinding] = []
    var folder: String

    /// Plays a round. Whatever goes wrong in it is a finding.
    init(playing plan: ChaosPlan, _ parsed: Parsed, in folder: String) throws {
        self.init(plan, folder: folder)
        let began = System.now
        let round = try ChaosRound(plan, parsed, folder: folder)
        let plants = try Plant.named(by: parsed)
        do {
            var statement: VenueAudit.Statement?
            try round.trade { round in statement = try round.venue.map { try VenueAudit.statement($0) } }
            findings += round.findings
            let audit = try ChaosAudit(round, statement, plants)
            findings += audit.findings
            (orders, fills, curbed, compared) = (audit.orders, audit.fills, audit.curbed, audit.compared)
        } catch {
            if Stop.isAsked { throw error }
            findings += round.findings + [ChaosFinding("processes", "\(error)")]
        }
        did = round.did
        recoveries = round.recoveries.samples
        seconds = Double(System.now.nanoseconds - began.nanoseconds) / 1e9
    }

    init(_ plan: ChaosPlan, folder: String) {
        (seed, round) = (plan.seed, plan.round)
        (scene, manner) = (plan.scene.rawValue, plan.manner.rawValue)
        self.folder = folder
    }

    // MARK: from one process to another

    var json: String {
        var json = JSONWriter()
        write(&json)
        return json.text
    }

    func write(_ json: inout JSONWriter) {
        json.object { json in
            for (key, count) in [
                ("seed", Int(seed)), ("round", round), ("orders", orders), ("fills", fills),
                ("curbed", curbed),
                ("compared", compared),
            ] {
                json.key(key)
                json.integer(count)
            }
            json.key("seconds")
            json.number(seconds)
            for (key, text) in [("scene", scene), ("manner", manner), ("folder", folder)] {
                json.key(key)
                json.string(text)
            }
            json.key("did")
            json.array { json in for each in did { json.string(each) } }
            json.key("recoveries")
            json.array { json in
                for sample in recoveries {
                    json.object { json in
                        json.key("service")
                        json.string(sample.name)
                        json.key("milliseconds")
                        json.number(sample.milliseconds)
                    }
                }
            }
            json.key("findings")
            json.array { json in
                for finding in findings {
                    json.object { json in
                        for (key, text) in [
                            ("view", finding.view), ("sentence", finding.sentence),
                            ("message", finding.message),
                        ] {
                            json.key(key)
                            json.string(text)
                        }
                    }
                }
            }
        }
    }

    /// What a round in another process printed; what is no outcome is a finding in itself.
    mutating func read(_ output: String) {
        guard let line = output.split(separator: "\n").last(where: { $0.hasPrefix("{") }),
            let json = try? JSONValue(String(line))
        else {
            let words = output.split(separator: "\n").suffix(3).joined(separator: " ")
            findings.append(ChaosFinding("processes", "the round ended without an outcome: \(words)"))
            return
        }
        func list(_ key: String) -> [JSONValue] {
            if case .array(let items)? = json[key] { items } else { [] }
        }
        orders = json["orders"]?.integer ?? 0
        fills = json["fills"]?.integer ?? 0
        curbed = json["curbed"]?.integer ?? 0
        compared = json["compared"]?.integer ?? 0
        seconds = json["seconds"]?.number ?? 0
        did = list("did").compactMap(\.text)
        recoveries = list("recoveries").map {
            Recoveries.Sample(name: $0["service"]?.text ?? "", milliseconds: $0["milliseconds"]?.number ?? 0)
        }
        findings += list("findings").map {
            ChaosFinding(
                $0["view"]?.text ?? "", $0["sentence"]?.text ?? "", at: $0["message"]?.text ?? "")
        }
    }
}
