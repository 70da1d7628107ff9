/// An output that is a struct of doubles and nothing else: its numbers are its fields in their order.
public protocol Numbers: IndicatorOutput, BitwiseCopyable {}

extension Numbers {
    @inlinable public static var width: Int { MemoryLayout<Self>.size / MemoryLayout<Double>.size }

    @inlinable @inline(__always)
    public func store(at place: UnsafeMutablePointer<Double>, stride: Int) {
        withUnsafeBytes(of: self) { fields in
            for index in 0..<Self.width {
                place[index * stride] = fields.loadUnaligned(
                    fromByteOffset: index * MemoryLayout<Double>.size, as: Double.self)
            }
        }
    }

    @inlinable
    public static func load(from place: UnsafePointer<Double>, stride: Int) -> Self {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { fields in
            for index in 0..<width { fields[index] = place[index * stride] }
            return UnsafeRawBufferPointer(fields).loadUnaligned(as: Self.self)
        }
    }
}
