package org.opensearch.transport.grpc.spi;

/** Type of the gRPC module, which Maven Central lacks: k-NN names it when it starts, and nothing here uses gRPC. */
public interface QueryBuilderProtoConverter {}
