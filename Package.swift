// swift-tools-version: 6.3;(experimentalCGen)
import PackageDescription

// The floors of the house, from the ground up. An import goes down, never up or sideways between services:
// docs/architecture.md.

/// A C library that Debian installs; scripts/apt.txt lists the packages.
func system(_ name: String, _ package: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Shared/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A room: a library of the house.
func room(_ name: String, _ knows: [Target.Dependency] = [], _ more: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: knows, path: "Shared/\(name)", swiftSettings: settings + more)
}

/// An executable, thin: parse, wire, host.
func service(_ name: String, _ knows: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: knows, path: "Services/\(name)", swiftSettings: settings)
}

func tests(of room: String, _ knows: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(room)Tests", dependencies: [.byName(name: room)] + knows, path: "Tests/\(room)Tests",
        exclude: exclude, swiftSettings: settings)
}

let strict = Context.environment["TRADEWIND_STRICT"] != nil
/// A node is generic over its machine, and its rooms are modules of their own: without this the compiler cannot make
/// one node for one machine, and each message pays for looking up types. Checks for overlapping access are for
/// debug builds and the simulator; here they are 8% of a message.
let quick: [SwiftSetting] = [
    .unsafeFlags(
        ["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release))
]
/// An average waits at each bar for a multiplication and an addition. The compiler would pair them with others and put the
/// shuffles of the pairs in between: 2.7 ns a bar instead of 1.6.
let unpaired: [SwiftSetting] = [
    .unsafeFlags(["-Xllvm", "-vectorize-slp=false"], .when(configuration: .release))
]
let settings: [SwiftSetting] = quick + (strict ? [.treatAllWarnings(as: .error)] : [])

let package = Package(
    name: "tradewind",
    products: [
        // What a strategy of one's own is made with: docs/strategies.md.
        .library(name: "Tradewind", targets: ["Commands", "Domain", "Indicators", "Strategies"])
    ],
    targets: [
        // 0: the C libraries
        system("CZmq", "libzmq3-dev"),
        system("CProtobuf", "libprotobuf-c-dev"),
        system("CSodium", "libsodium-dev"),
        system("CZstd", "libzstd-dev"),
        system("CSQLite", "libsqlite3-dev"),
        system("CYaml", "libyaml-dev"),
        system("CPq", "libpq-dev", pkgConfig: "libpq"),
        system("CCurl", "libcurl4-openssl-dev"),
        system("CSnappy", "libsnappy-dev"),
        system("CZlib", "zlib1g-dev"),
        system("CHiredis", "libhiredis-dev"),
        system("CWebSockets", "libwebsockets-dev"),

        .target(name: "CChecksum", path: "Shared/CChecksum"),
        .target(name: "CColumns", path: "Shared/CColumns"),
        .target(name: "CLinux", path: "Shared/CLinux"),
        .target(name: "CMatrix", path: "Shared/CMatrix"),

        // 1: the vocabulary
        room("Domain"),
        room("Parameters"),

        // 2: numbers in, numbers out
        room("Allocation", ["Parameters", "CMatrix"]),
        room("Indicators", ["Domain", "CColumns"], unpaired),
        room("Features", ["Domain", "Indicators"]),
        room("Statistics", ["Domain", "CColumns"]),
        room("Stops", ["Domain"]),

        // 3: the machines
        room("Rules", ["Domain", "Indicators"]),
        room("Strategies", ["CColumns", "Domain", "Indicators", "Parameters", "Rules", "Statistics"]),
        room("Portfolio", ["Domain", "Allocation", "Parameters", "Stops"]),
        room("Risk", ["Domain", "Stops"]),
        room("Execution", ["Domain"]),
        room("Exchange", ["Domain"]),
        room("Gatekeeper", ["Domain"]),
        room("Brokers", ["Domain"]),
        room("Scheduling", ["Domain"]),

        // 4: the wire
        .plugin(name: "GenerateProto", capability: .buildTool()),
        .target(name: "CProto", path: "Shared/CProto", plugins: ["GenerateProto"]),
        room("Wire", ["Domain", "CProto", "CProtobuf"]),

        // 5: the mesh and the edges
        room("Configuration", ["CYaml"]),
        room("StrategyFiles", ["Configuration", "Domain", "Parameters", "Rules", "Strategies"]),
        room("Storage", ["Domain", "Configuration", "CSQLite", "CPq"]),
        room("Providers", ["Domain", "CZlib"]),
        room("TWS", ["Domain"]),
        room("Parquet", ["CSnappy", "CZstd", "CZlib"]),
        room("Store", ["Domain", "Configuration", "Parquet", "CChecksum"]),
        room("HTTP", ["CCurl", "Domain"]),
        room("ObjectStore", ["CSodium", "Domain", "HTTP", "Store"]),
        room(
            "RemoteProviders",
            [
                "CHiredis", "CLinux", "Configuration", "Domain", "Gatekeeper", "HTTP", "TWS",
                "WebSocketClient",
            ]),
        room(
            "Mesh",
            ["Domain", "Wire", "Configuration", "CChecksum", "CLinux", "CZmq", "CSodium", "CZstd"]),
        room("Explaining", ["Configuration", "Domain", "Mesh", "Wire"]),
        room("BrokerEdges", ["Brokers", "Configuration", "Domain", "HTTP", "Mesh", "TWS"]),
        room("Supervision", ["Configuration", "Domain", "Mesh", "CLinux"]),
        room("WebServer", ["CWebSockets"]),
        room("WebSocketClient", ["CWebSockets", "CLinux"]),
        room("AlpacaVenue", ["Configuration", "Domain", "Exchange", "Providers"]),

        // 6: the wiring in one process
        room(
            "Backtesting",
            [
                "CColumns", "Domain", "Indicators", "Statistics", "Stops", "Strategies", "Portfolio", "Risk",
                "Execution", "Exchange", "Providers", "Store",
            ]),
        room(
            "Trading",
            [
                "Backtesting", "Configuration", "Domain", "Exchange", "Execution", "Mesh", "Portfolio",
                "Risk", "Stops", "Strategies", "StrategyFiles",
            ]),
        room(
            "Simulation",
            [
                "Backtesting", "Brokers", "Domain", "Exchange", "Execution", "Mesh", "Portfolio", "Risk",
                "Stops", "Strategies", "Trading", "Wire",
            ]),
        room("VenueServer", ["AlpacaVenue", "Configuration", "Domain", "WebServer"]),
        room(
            "Parity",
            [
                "Backtesting", "Domain", "Exchange", "Explaining", "Mesh", "Wire",
            ]),
        room("Reporting", ["Domain", "Statistics", "Portfolio", "Strategies", "Gatekeeper", "Backtesting"]),

        // 7: the services
        service("relay", ["Configuration", "Mesh"]),
        service(
            "feed",
            [
                "CLinux", "Configuration", "Domain", "Gatekeeper", "Mesh", "Providers", "RemoteProviders",
            ]),
        service("historian", ["Configuration", "Domain", "Mesh", "Providers", "Storage", "Store", "Wire"]),
        service("supervisor", ["Configuration", "Mesh", "Supervision"]),
        service("exchange", ["Configuration", "Exchange", "Mesh", "Trading"]),
        service(
            "broker",
            [
                "Backtesting", "BrokerEdges", "Brokers", "Configuration", "Domain", "HTTP", "Mesh", "TWS",
                "Trading", "WebSocketClient",
            ]),
        service(
            "strategist", ["Backtesting", "Configuration", "Domain", "Mesh", "Strategies", "Trading"]),
        service("portfolio", ["Configuration", "Mesh", "Portfolio", "Trading"]),
        service("risk", ["Configuration", "Mesh", "Risk", "Trading"]),
        service("execution", ["Configuration", "Execution", "Mesh", "Trading"]),
        service("shadow", ["Backtesting", "Configuration", "Domain", "Mesh", "Trading"]),
        service("features", ["Configuration", "Domain", "Features", "Mesh"]),
        service("scheduler", ["Configuration", "Domain", "Mesh", "Scheduling", "Supervision"]),
        service("tap", ["Configuration", "Domain", "Explaining", "Wire", "Mesh"]),
        // What `tradewind` does is a library, so that a strategy of one's own can be an executable with the same commands.
        .target(
            name: "Commands",
            dependencies: [
                "AlpacaVenue", "VenueServer",
                "Parity",
                "BrokerEdges",
                "Allocation", "Backtesting", "Configuration", "Domain", "Exchange", "Execution", "Explaining",
                "Features", "Gatekeeper", "Indicators", "Mesh", "Parameters", "Portfolio", "Providers",
                "Reporting",
                "Risk",
                "Rules", "Scheduling", "Simulation", "Statistics", "Strategies", "StrategyFiles",
                "Supervision", "Trading",
                "Wire", "CChecksum", "CLinux", "HTTP", "ObjectStore", "Parquet", "RemoteProviders", "Storage",
                "Store",
            ],
            path: "Services/tradewind", exclude: ["Program"], swiftSettings: settings),
        .executableTarget(
            name: "tradewind", dependencies: ["Commands", "Configuration"],
            path: "Services/tradewind/Program",
            swiftSettings: settings),

        // The tests
        tests(of: "CChecksum", ["CSodium"]),
        tests(of: "Domain"),
        tests(of: "Allocation", ["Parameters"]),
        tests(of: "Indicators", ["Domain"]),
        tests(of: "Features", ["Domain", "Indicators"]),
        tests(of: "Statistics", ["Domain"]),
        tests(of: "Stops", ["Domain"]),
        tests(of: "Rules", ["Domain", "Indicators"]),
        tests(of: "Strategies", ["Domain"]),
        tests(of: "StrategyFiles", ["Domain", "Strategies"]),
        tests(of: "Portfolio", ["Allocation", "Domain"]),
        tests(of: "Risk", ["Configuration", "Domain"]),
        tests(of: "Execution", ["Domain"]),
        tests(of: "Exchange", ["Domain"]),
        tests(of: "Gatekeeper", ["Domain", "Providers"]),
        tests(of: "Brokers", ["Domain"]),
        tests(of: "Scheduling", ["Domain"]),
        tests(of: "BrokerEdges", ["AlpacaVenue", "Brokers", "Domain", "Exchange", "HTTP", "TWS"]),
        tests(
            of: "Backtesting",
            ["CColumns", "Domain", "Exchange", "Portfolio", "Providers", "Risk", "Stops", "Strategies"]),
        .testTarget(
            name: "DeskTests",
            dependencies: [
                "Backtesting", "Domain", "Exchange", "Execution", "Portfolio", "Risk", "Rules", "Stops",
                "Strategies",
            ],
            path: "Tests/DeskTests", swiftSettings: settings),
        tests(
            of: "Parity",
            ["Backtesting", "Domain", "Exchange", "Execution", "Portfolio", "Stops", "Strategies"]),
        tests(of: "Reporting", ["Backtesting", "Domain", "Exchange", "Strategies"]),
        tests(of: "Wire", ["Domain", "CProtobuf"], exclude: ["Fixtures"]),
        tests(of: "Configuration"),
        tests(of: "Storage", ["Configuration", "Domain"]),
        tests(of: "Providers", ["Domain"]),
        tests(of: "Parquet", exclude: ["Fixtures"]),
        tests(of: "Store", ["Domain", "Parquet"]),
        tests(of: "HTTP", ["Domain"]),
        tests(of: "WebSocketClient", ["CLinux"]),
        tests(of: "TWS", ["Domain"], exclude: ["Fixtures"]),
        tests(of: "RemoteProviders", ["Configuration", "Domain", "HTTP", "TWS"]),
        tests(of: "Mesh", ["Domain", "Wire"]),
        tests(of: "Simulation", ["Domain", "Mesh"]),
        .testTarget(
            name: "IncidentsTests",
            dependencies: [
                "Backtesting", "Brokers", "Domain", "Exchange", "Execution", "Portfolio", "Risk",
                "Simulation",
            ],
            path: "Tests/Incidents", swiftSettings: settings),
        tests(of: "Explaining", ["Configuration", "Domain", "Mesh", "Wire"]),
        tests(of: "AlpacaVenue", ["Configuration", "Domain", "Exchange"]),
        .testTarget(
            name: "ChaosTests", dependencies: ["Commands", "Domain", "Explaining", "Mesh"],
            path: "Tests/ChaosTests", swiftSettings: settings),
        tests(of: "Supervision", ["Configuration", "Domain"], exclude: ["Fixtures"]),
        .testTarget(
            name: "TapTests", dependencies: ["tap", "Configuration", "Domain", "Explaining", "Mesh"],
            path: "Tests/TapTests",
            swiftSettings: settings),
        .testTarget(
            name: "LibrariesTests",
            dependencies: [
                "CZmq", "CProtobuf", "CSodium", "CZstd", "CSQLite", "CYaml", "CPq", "CCurl", "CSnappy",
                "CZlib", "CHiredis",
                "CWebSockets",
            ],
            path: "Tests/LibrariesTests", swiftSettings: settings),

        // What `tradewind strategy new dip-buyer` makes
        .executableTarget(
            name: "own-strategy", dependencies: ["Commands", "Domain", "Indicators", "Strategies"],
            path: "Tests/System/own-strategy"),

        // Grants parts as a test says
        .executableTarget(
            name: "granter", dependencies: ["Configuration", "Domain", "Mesh"], path: "Tests/System/granter",
            swiftSettings: settings),

        // The benches
        .target(name: "CAllocations", path: "bench/codec/allocations"),
        .executableTarget(
            name: "bench-codec", dependencies: ["Domain", "Wire", "CAllocations"], path: "bench/codec/swift",
            swiftSettings: settings),
        .executableTarget(
            name: "bench-backtest",
            dependencies: [
                "Backtesting", "Domain", "Exchange", "Indicators", "Portfolio", "Strategies", "StrategyFiles",
            ],
            path: "bench/backtest/swift", swiftSettings: settings),
        .executableTarget(
            name: "bench-indicators", dependencies: ["Indicators"], path: "bench/indicators/swift",
            swiftSettings: settings),
        .executableTarget(
            name: "bench-features", dependencies: ["Features", "Indicators"], path: "bench/features/swift",
            swiftSettings: settings),
        .executableTarget(
            name: "bench-allocation", dependencies: ["Allocation", "Parameters"],
            path: "bench/allocation/swift",
            swiftSettings: settings),
        .executableTarget(
            name: "bench-store", dependencies: ["Domain", "Parquet", "Providers", "Storage", "Store"],
            path: "bench/store/swift", swiftSettings: settings),
        .executableTarget(
            name: "bench-mesh", dependencies: ["Configuration", "Domain", "Mesh", "Wire"],
            path: "bench/mesh/swift", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
