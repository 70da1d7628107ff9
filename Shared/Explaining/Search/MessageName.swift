import Configuration
import Domain

/// The name of a message as a person types it: `trading/order/main:1/42` is number 42 of epoch 1.
package func messageName(_ text: String) -> Cause? {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let place = text[text.index(after: colon)...].split(separator: "/", omittingEmptySubsequences: false)
    guard place.count == 2, let epoch = UInt64(place[0]), let number = UInt64(place[1]) else { return nil }
    let topic = Topic(String(text[..<colon]))
    guard !topic.text.isEmpty, topic.text.utf8.count <= Topic.lengthMax else { return nil }
    return Cause(topic: topic, epoch: epoch, number: number)
}

extension Cause {
    /// As `messageName` reads it.
    package var text: String { "\(visible(topic.text)):\(epoch)/\(number)" }
}
