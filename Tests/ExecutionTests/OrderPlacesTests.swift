import Domain
import Testing

@testable import Execution

@Suite struct OrderPlacesTests {
    @Test("every order is found by its id, however alike the ids end, and no other one is")
    func finds() {
        var orders: [TrackedOrder] = []
        var places = OrderPlaces()
        #expect(places.place(of: OrderName("order 0 of all"), in: orders) == nil)
        let ids = (0..<200).map { $0 % 2 == 0 ? "order \($0) of all" : "\($0)" } + [""]
        for (place, id) in ids.enumerated() {
            places.add(OrderName(id), at: place)
            orders.append(TrackedOrder(Order(id: id)))
        }
        for (place, id) in ids.enumerated() { #expect(places.place(of: OrderName(id), in: orders) == place) }
        #expect(places.place(of: OrderName("order 1 of all"), in: orders) == nil)
        #expect(places.place(of: OrderName("200"), in: orders) == nil)
    }
}
