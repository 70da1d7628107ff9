import Configuration
import Indicators

/// The registry of indicators as JSON.
enum IndicatorText {
    static var json: String {
        var json = JSONWriter()
        json.array { json in
            for entry in IndicatorRegistry.entries { write(entry.listing, to: &json) }
        }
        return json.text
    }

    private static func write(_ listing: Listing, to json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.string(listing.name)
            json.key("summary")
            json.string(listing.summary)
            json.key("inputs")
            json.array { json in listing.inputs.forEach { json.string($0.rawValue) } }
            json.key("outputs")
            json.array { json in listing.outputs.forEach { json.string($0) } }
            json.key("warm_up")
            json.string(listing.warmUp)
            json.key("formula")
            json.string(listing.formula)
            json.key("equal_to")
            json.string(listing.definition.text)
            json.key("parameters")
            json.array { json in listing.parameters.forEach { write($0, to: &json) } }
        }
    }

    private static func write(_ parameter: Parameter, to json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.string(parameter.name)
            json.key("meaning")
            json.string(parameter.meaning)
            json.key("default")
            json.number(parameter.fallback)
            json.key("least")
            json.number(parameter.range.lowerBound)
            json.key("most")
            json.number(parameter.range.upperBound)
            json.key("whole")
            json.flag(parameter.isWhole)
        }
    }
}
