@_spi(Reflection) import Swift

/// How the values of a type are gone over: field by field, as reflection finds them, down to what says itself how.
///
/// The standard library offers this to itself and to the curious (`@_spi`). Written by hand it would be some hundred lines
/// for the indicators alone, in which a field that somebody adds is forgotten without a sound. The compiler is pinned, a
/// test restores every strategy and every indicator at random bars, and a fingerprint of all names and types refuses a
/// snapshot of other fields.
struct Shape {
    typealias Walk = (UnsafeMutableRawPointer, inout SnapshotWalk) throws(SnapshotMismatch) -> Void

    let walk: Walk
    /// The names and types of all fields.
    let words: String
    /// Whether there is nothing to go over.
    private let isNothing: Bool

    /// The whole of a value.
    init<Value>(of type: Value.Type) {
        let word = _typeName(type, qualified: false)
        if let known = type as? any Remembering.Type {
            self.init(own: known, word)
        } else if let holder = type as? any Holding.Type {
            self.init(holder: holder, "\(word)<\(Shape.any(holder.held).words)>")
        } else {
            self.init(fieldsOf: type, word)
        }
    }

    /// The variables of something, and what of shared memory its constants hold.
    init<Whole>(variablesOf type: Whole.Type) {
        var fields: [Field] = []
        _forEachFieldWithKeyPath(of: type, options: Shape.ignoringUnknown) { name, path in
            guard let offset = MemoryLayout<Whole>.offset(of: path) else { return true }
            let held = Swift.type(of: path).valueType
            let shape = Shape.isVariable(path, held) ? Shape.any(held) : Shape(sharedIn: held)
            fields.append(Field(String(cString: name), offset, shape))
            return true
        }
        self.init(fields, _typeName(type, qualified: false))
    }

    /// What of shared memory is in a constant, which has nothing else that could change.
    private init(sharedIn type: Any.Type) {
        if type is any SharedMemory.Type {
            self = Shape.any(type)
        } else if let holder = type as? any Holding.Type {
            self.init(refusing: Shape(sharedIn: holder.held).isNothing ? nil : type)
        } else if type is any Remembering.Type || !Shape.isOfFields(type) {
            let isObject = type is AnyClass
            self.init(refusing: isObject ? type : nil)
        } else {
            var fields: [Field] = []
            _forEachField(of: type) { name, offset, held, _ in
                fields.append(Field(String(cString: name), offset, Shape(sharedIn: held)))
                return true
            }
            self.init(fields, "")
        }
    }

    /// What cannot be named, such as functions, is no state. (The library's own name for it is a variable, which Swift 6 does
    /// not read.)
    private static let ignoringUnknown = _EachFieldOptions(rawValue: 1 << 1)

    private static func isVariable<Whole>(_ path: PartialKeyPath<Whole>, _ type: Any.Type) -> Bool {
        func open<Value>(_ type: Value.Type) -> Bool { path is WritableKeyPath<Whole, Value> }
        return open(type)
    }

    /// FNV-1a of the words.
    var fingerprint: Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in words.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash)
    }

    /// A value to read into. Only of plain numbers is it known what nothing is.
    static func blank<Value>() throws(SnapshotMismatch) -> Value {
        guard _isPOD(Value.self) else {
            throw SnapshotMismatch(
                "a snapshot can only have more of what is plain numbers, not of \(Value.self)")
        }
        return withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { place in
            let bytes = UnsafeMutableRawBufferPointer(place)
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            return place[0]
        }
    }

    // MARK: The kinds of types

    private struct Field {
        let name: String
        let offset: Int
        let shape: Shape

        init(_ name: String, _ offset: Int, _ shape: Shape) {
            self.name = name
            self.offset = offset
            self.shape = shape
        }
    }

    private static func any(_ type: Any.Type) -> Shape {
        func open<Value>(_ type: Value.Type) -> Shape { Shape(of: type) }
        return open(type)
    }

    private init<Own: Remembering>(own: Own.Type, _ word: String) {
        words = word
        isNothing = false
        walk = { (place, walk) throws(SnapshotMismatch) in
            try place.assumingMemoryBound(to: Own.self).pointee.remember(&walk)
        }
    }

    private init<Holder: Holding>(holder: Holder.Type, _ word: String) {
        words = word
        isNothing = false
        walk = { (place, walk) throws(SnapshotMismatch) in
            try place.assumingMemoryBound(to: Holder.self).pointee.rememberHeld(&walk)
        }
    }

    private init(fieldsOf type: Any.Type, _ word: String) {
        var fields: [Field] = []
        let isKnown =
            Shape.isOfFields(type)
            && _forEachField(of: type) { name, offset, held, _ in
                fields.append(Field(String(cString: name), offset, Shape.any(held)))
                return true
            }
        if isKnown { self.init(fields, word) } else { self.init(refusing: type) }
    }

    /// Nothing to keep; or what can change unseen, and says so when it is asked.
    private init(refusing type: Any.Type?) {
        words = ""
        isNothing = type == nil
        walk = { (_, _) throws(SnapshotMismatch) in
            guard let type else { return }
            throw SnapshotMismatch(
                "\(_typeName(type, qualified: false)) cannot be kept in a snapshot without a remember of its own"
            )
        }
    }

    private init(_ fields: [Field], _ word: String) {
        let fields = fields.filter { !$0.shape.isNothing }
        isNothing = word.isEmpty && fields.isEmpty
        words = "\(word){\(fields.map { "\($0.name):\($0.shape.words)" }.joined(separator: ","))}"
        walk = { (place, walk) throws(SnapshotMismatch) in
            for field in fields { try field.shape.walk(place + field.offset, &walk) }
        }
    }

    /// Whether values of a type are its fields: a struct or a tuple.
    private static func isOfFields(_ type: Any.Type) -> Bool {
        struct Box<Value> { var value: Value }
        func box<Value>(_ type: Value.Type) -> Any.Type { Box<Value>.self }
        var isOfFields = false
        _forEachField(of: box(type)) { _, _, _, kind in
            isOfFields = kind == .struct || kind == .tuple
            return true
        }
        return isOfFields
    }
}
