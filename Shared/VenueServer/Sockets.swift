import AlpacaVenue
import Domain
import WebServer

/// A client's socket, and how far its conversation is.
struct OpenSocket {
    enum Talk {
        case updates(UpdateStream)
        case market(MarketStream)
    }

    let socket: WebSocket
    var talk: Talk
    let openedAt: Int64

    var account: Int? {
        switch talk {
        case .updates(let stream): stream.account
        case .market(let stream): stream.account
        }
    }

    var isAuthorised: Bool { account != nil }
}

extension VenueHost {
    private static let feeds: Set<String> = ["iex", "sip", "delayed_sip", "boats", "overnight", "test"]

    private func isUpdates(_ path: String) -> Bool { path == "/stream" || path == "/stream/" }

    private func isMarket(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return parts.count == 2 && parts[0] == "v2" && VenueHost.feeds.contains(String(parts[1]))
    }

    public func objection(toSocket request: WebRequest) -> Int? {
        isUpdates(request.path) || isMarket(request.path) ? nil : 404
    }

    public func opened(_ socket: WebSocket, by request: WebRequest) {
        let isPacked = request.headers["content-type"]?.lowercased().contains("msgpack") ?? false
        let now = VenueClock.monotonic()
        if isUpdates(request.path) {
            let stream = UpdateStream(venue, isPacked: isPacked)
            sockets[socket.number] = OpenSocket(socket: socket, talk: .updates(stream), openedAt: now)
            server?.ring(after: 1_000_000)
            return
        }
        var stream = MarketStream(venue, isPacked: isPacked)
        let (key, secret) = VenueHost.keys(request.headers)
        for reply in stream.greeting(key: key, secret: secret) { socket.send(reply, isText: !isPacked) }
        sockets[socket.number] = OpenSocket(socket: socket, talk: .market(stream), openedAt: now)
        server?.ring(after: 1_000_000)
    }

    public func received(_ message: [UInt8], isText: Bool, from socket: WebSocket) {
        guard var open = sockets[socket.number] else { return }
        rang()
        switch open.talk {
        case .updates(var stream):
            // The paper service sends its JSON in binary frames, and so does this one.
            for reply in stream.replies(to: message) { socket.send(reply, isText: false) }
            open.talk = .updates(stream)
        case .market(var stream):
            for reply in stream.replies(to: message) { socket.send(reply, isText: !stream.isPacked) }
            open.talk = .market(stream)
        }
        sockets[socket.number] = open
        noteHeard()
    }

    public func closed(_ socket: WebSocket) {
        sockets[socket.number] = nil
        noteHeard()
    }

    private func noteHeard() {
        var heard: Set<News.Channel> = []
        for open in sockets.values {
            if case .market(let stream) = open.talk { heard.formUnion(stream.channels) }
        }
        venue.heard = heard
    }

    /// Hands the venue's news to whoever takes them, and parts from those who do not say who they are.
    func deliver() {
        let news = venue.news
        venue.news.removeAll(keepingCapacity: true)
        let order = sockets.keys.sorted()
        for piece in news { for number in order { deliver(piece, to: number) } }
        let now = VenueClock.monotonic()
        for number in order {
            guard let open = sockets[number], !open.isAuthorised,
                now - open.openedAt > VenueHost.secondsToAuthorise * Nanoseconds.second
            else { continue }
            if case .market(let stream) = open.talk {
                open.socket.send(MarketStream.timeout(packed: stream.isPacked), isText: !stream.isPacked)
            }
            open.socket.close(1008, "auth timeout")
        }
    }

    private func deliver(_ piece: News, to number: Int) {
        guard let open = sockets[number] else { return }
        switch (piece, open.talk) {
        case (.update(let account, let message), .updates(let stream)) where stream.hears(account):
            open.socket.send(message.bytes(packed: stream.isPacked), isText: false)
        case (.market(let channel, let symbol, let message), .market(let stream))
        where stream.wants(channel, symbol):
            guard !open.socket.isCongested else {
                open.socket.send(MarketStream.slow(packed: stream.isPacked), isText: !stream.isPacked)
                open.socket.close(1008, "slow client")
                return
            }
            open.socket.send(message.bytes(packed: stream.isPacked), isText: !stream.isPacked)
        case (.disconnect(let account), _) where account == nil || open.account == account:
            open.socket.close(1012, "service restart")
        default: break
        }
    }
}
