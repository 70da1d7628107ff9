/// The C libraries of this machine: each is there, links, and is new enough for what the house does with it.
import CCurl
import CHiredis
import CPq
import CProtobuf
import CSQLite
import CSnappy
import CSodium
import CWebSockets
import CYaml
import CZlib
import CZmq
import CZstd
import Testing

/// What a library says of itself, and the oldest version that the house was built with.
struct Library: CustomTestStringConvertible, Sendable {
    let name: String
    let oldest: [Int]
    let version: @Sendable () -> String

    var testDescription: String { "\(name) \(version())" }

    static let all = [
        Library(name: "ZeroMQ", oldest: [4, 3, 4]) {
            var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
            zmq_version(&major, &minor, &patch)
            return "\(major).\(minor).\(patch)"
        },
        Library(name: "protobuf-c", oldest: [1, 4, 1]) { String(cString: protobuf_c_version()) },
        Library(name: "libsodium", oldest: [1, 0, 18]) { String(cString: sodium_version_string()) },
        Library(name: "zstd", oldest: [1, 5, 4]) { String(cString: ZSTD_versionString()) },
        Library(name: "zlib", oldest: [1, 2, 13]) { String(cString: zlibVersion()) },
        Library(name: "hiredis", oldest: [0, 14, 1]) {
            "\(HIREDIS_MAJOR).\(HIREDIS_MINOR).\(HIREDIS_PATCH)"
        },
        Library(name: "SQLite", oldest: [3, 40, 1]) { String(cString: sqlite3_libversion()) },
        Library(name: "libwebsockets", oldest: [4, 1, 6]) {
            // "4.1.6-"
            String(String(cString: lws_get_library_version()).prefix { $0.isNumber || $0 == "." })
        },
        Library(name: "libyaml", oldest: [0, 2, 5]) { String(cString: yaml_get_version_string()) },
        Library(name: "libpq", oldest: [15]) {
            // 150013 is 15.13.
            "\(PQlibVersion() / 10_000).\(PQlibVersion() % 10_000)"
        },
        Library(name: "libcurl", oldest: [7, 88, 1]) {
            // "libcurl/7.88.1 OpenSSL/3.0.16 …"
            String(String(cString: curl_version()).split(separator: " ")[0].split(separator: "/")[1])
        },
    ]
}

@Suite("the libraries of this machine")
struct LibraryTests {
    @Test("each C library is linked and new enough", arguments: Library.all)
    func version(of library: Library) {
        let found = library.version().split(separator: ".").compactMap { Int($0) }
        #expect(!found.isEmpty, "\(library.name) says \(library.version())")
        #expect(!found.lexicographicallyPrecedes(library.oldest), "\(library.name) \(found) is too old")
    }

    @Test("ZeroMQ can encrypt")
    func curve() { #expect(zmq_has("curve") == 1) }

    @Test("snappy, whose C side has no version, gives back what it was given")
    func snappy() {
        let text = [CChar](repeating: 65, count: 1000) + Array("a tail".utf8CString)
        var packed = [CChar](repeating: 0, count: snappy_max_compressed_length(text.count))
        var packedCount = packed.count
        #expect(snappy_compress(text, text.count, &packed, &packedCount) == SNAPPY_OK)
        #expect(packedCount < 200)
        var unpacked = [CChar](repeating: 0, count: text.count)
        var unpackedCount = unpacked.count
        #expect(snappy_uncompress(packed, packedCount, &unpacked, &unpackedCount) == SNAPPY_OK)
        #expect(unpackedCount == text.count)
        #expect(unpacked == text)
    }
}
