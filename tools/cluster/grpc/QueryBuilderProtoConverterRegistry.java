package org.opensearch.transport.grpc.spi;

/** Type of the gRPC module; see QueryBuilderProtoConverter. */
public interface QueryBuilderProtoConverterRegistry {}
