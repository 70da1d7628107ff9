import CYaml

/// One event of libyaml's parser as a Swift value.
struct YamlEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
        case sequenceStart, mappingStart
        case scalar(String, isPlain: Bool)
        case alias(String)
    }

    var kind: Kind
    var mark: YamlMark
    /// The name of `&anchor`, which settings refuse and compose files use.
    var anchor: String?
    /// The name of `!tag`, which settings refuse.
    var tag: String?
}

/// libyaml's parser over one buffer, which has to outlive it.
struct YamlEvents: ~Copyable {
    /// libyaml keeps pointers into the parser, so it must not move.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Nothing if there is no memory for a parser.
    init?(over bytes: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            return nil
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    mutating func next() throws(YamlProblem) -> YamlEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
        defer { yaml_event_delete(&event) }
        let data = event.data
        let mark = YamlMark(line: event.start_mark.line + 1, column: event.start_mark.column + 1)
        func read(_ kind: YamlEvent.Kind) -> YamlEvent { YamlEvent(kind: kind, mark: mark) }
        switch event.type {
        case YAML_STREAM_START_EVENT: return read(.streamStart)
        case YAML_DOCUMENT_START_EVENT: return read(.documentStart)
        case YAML_DOCUMENT_END_EVENT: return read(.documentEnd)
        case YAML_SEQUENCE_END_EVENT: return read(.sequenceEnd)
        case YAML_MAPPING_END_EVENT: return read(.mappingEnd)
        case YAML_ALIAS_EVENT: return read(.alias(text(data.alias.anchor) ?? ""))
        case YAML_SCALAR_EVENT:
            let scalar = data.scalar
            let value = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return YamlEvent(
                kind: .scalar(value, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), mark: mark,
                anchor: text(scalar.anchor), tag: text(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            return YamlEvent(
                kind: .sequenceStart, mark: mark, anchor: text(data.sequence_start.anchor),
                tag: text(data.sequence_start.tag))
        case YAML_MAPPING_START_EVENT:
            return YamlEvent(
                kind: .mappingStart, mark: mark, anchor: text(data.mapping_start.anchor),
                tag: text(data.mapping_start.tag))
        default: return read(.streamEnd)
        }
    }

    private func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private var problem: YamlProblem {
        let state = parser.pointee
        let mark = YamlMark(line: state.problem_mark.line + 1, column: state.problem_mark.column + 1)
        var sentence = state.problem.map { String(cString: $0) } ?? "it cannot be read"
        if let context = state.context, state.context_mark.line != state.problem_mark.line {
            sentence += " (\(String(cString: context)) that begins in line \(state.context_mark.line + 1))"
        }
        return YamlProblem(mark: mark, sentence: "this is not valid YAML: \(sentence)")
    }
}

extension YamlProblem: Error {}
