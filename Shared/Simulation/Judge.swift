import Domain
import Mesh
import Wire

/// Remembers everything that was ever said under a name, apart from those who said it.
struct Judge {
    private struct Name: Hashable {
        var topic: String
        var epoch: UInt64
        var number: UInt64
    }

    private var said: [Name: UInt64] = [:]
    /// The highest epoch that was published of each topic.
    private var epochs: [String: UInt64] = [:]
    private(set) var published: UInt64 = 0
    /// Everything that was published, in its order.
    private(set) var print = Fingerprint()

    /// A message of a topic leaves its owner.
    mutating func published(_ packet: Packet, by sender: SimulatedProcess, _ codec: Codec) -> String? {
        published += 1
        let topic = String(decoding: packet.topic, as: UTF8.self)
        return packet.envelope.withUnsafeBytes { bytes in
            guard let head = try? codec.head(of: bytes) else {
                return "\(topic): an unreadable message is published"
            }
            print.add(bytes)
            let name = "\(topic) \(head.epoch)/\(head.number)"
            if let sentence = remember(topic, head, bytes) { return sentence }
            if head.epoch < epochs[topic] ?? 0 {
                return
                    "a ghost speaks: \(sender.instance) publishes \(name), and epoch \(epochs[topic]!) has begun"
            }
            epochs[topic] = head.epoch
            if topic.hasPrefix("trading/order/"), head.bodyField != BodyKind.opened.rawValue {
                let owner = String(decoding: bytes[head.sender], as: UTF8.self)
                let shard = sender.allSeats.last { $0.shard.instance == owner }?.shard
                shard?.durable[Topic(topic)] = (head.epoch, head.number)
            }
            return nil
        }
    }

    /// What an answer gives out under a name is what was said under it.
    mutating func answered(_ packet: Packet, _ codec: Codec) -> String? {
        guard let message = try? codec.decode(packet.envelope), case .answer(let answer) = message.body else {
            return "an unreadable answer is sent"
        }
        for envelope in answer.envelopes {
            let sentence: String? = envelope.withUnsafeBytes { bytes in
                guard let head = try? codec.head(of: bytes) else {
                    return "an answer holds what is no message"
                }
                return remember(String(decoding: bytes[head.topic], as: UTF8.self), head, bytes)
            }
            if let sentence { return sentence }
        }
        return nil
    }

    private mutating func remember(_ topic: String, _ head: EnvelopeHead, _ bytes: UnsafeRawBufferPointer)
        -> String?
    {
        let content = Fingerprint.of(bytes)
        let name = Name(topic: topic, epoch: head.epoch, number: head.number)
        if let before = said[name] {
            return before == content
                ? nil : "two different messages under one name: \(topic) \(head.epoch)/\(head.number)"
        }
        said[name] = content
        return nil
    }
}
