import Domain

/// The last message of each topic: a dictionary that is quick for the topics that come by the million.
struct Places: Sequence {
    private var index = TopicIndex()
    private var places: [Intake.Place] = []

    var count: Int { places.count }
    var keys: [Topic] { index.topics }

    subscript(topic: Topic) -> Intake.Place? { index.known(topic).map { places[$0] } }

    @inline(__always)
    mutating func set(_ topic: Topic, _ place: Intake.Place) {
        let at = index.find(topic)
        if at < places.count {
            places[at] = place
        } else {
            places.append(place)
        }
    }

    func makeIterator() -> AnyIterator<(key: Topic, value: Intake.Place)> {
        var pairs = zip(index.topics, places).makeIterator()
        return AnyIterator { pairs.next().map { (key: $0.0, value: $0.1) } }
    }
}
