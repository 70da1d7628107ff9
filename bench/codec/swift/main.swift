/// bench-codec: how long the codec takes for a message, and what it allocates. The rival on the same messages is
/// bench/codec/protobuf_c.c; bench/codec/run runs both.
Bench.run()
