// The C code that protoc-c makes of Proto/ is compiled into this target by the plugin GenerateProto.
//
// Its structs are not shown to Swift: an incremental build would not recompile Swift code that knows their
// layout. Everything is reached through the descriptors, which tell the layout at run time.
#ifndef CPROTO_H
#define CPROTO_H

// The `const ProtobufCMessageDescriptor` of the envelope; it leads to those of all other messages.
const void *cproto_envelope_descriptor(void);

#endif
