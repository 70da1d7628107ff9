import Configuration
import Domain
import Wire

extension Story {
    /// The story for a program: each message whole, in order.
    package func json(_ subject: Subject, unreadable: [String]) -> String {
        let hops = hops.map { hop in
            var place = JSONWriter()
            place.object { place in
                place.key("name")
                place.string(hop.copy.name.text)
                place.key("sender")
                place.string(hop.message.sender)
                place.key("says")
                place.string(hop.message.telling)
                place.key("sent_at")
                place.integer(hop.message.sentAt.nanoseconds)
                place.key("after_cause_ns")
                if let delay = hop.delay { place.integer(delay) } else { place.null() }
                place.key("transcript")
                place.string(hop.copy.shard)
                place.key("segment")
                place.string(hop.copy.segment)
                place.key("batch")
                place.integer(hop.copy.batch)
            }
            return String(place.text.dropLast()) + ",\"message\":\(Wire.json(hop.message))}"
        }
        return "{\"kind\":\"\(subject.kind.rawValue)\",\"name\":\(JSONWriter.string(subject.name)),"
            + "\"whole\":\(isWhole),\"hops\":[\(hops.joined(separator: ","))],"
            + "\"missing\":\(JSONWriter.array(missing.map(\.text))),"
            + "\"others\":\(JSONWriter.array(subject.others)),\"unreadable\":\(JSONWriter.array(unreadable))}\n"
    }
}
