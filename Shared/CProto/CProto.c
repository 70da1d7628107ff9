#include "CProto.h"
#include <protobuf-c/protobuf-c.h>

extern const ProtobufCMessageDescriptor tradewind__envelope__descriptor;

const void *cproto_envelope_descriptor(void) { return &tradewind__envelope__descriptor; }
