package org.opensearch.protobufs;

/** Message of the gRPC module; see QueryBuilderProtoConverter. */
public interface QueryContainer {
    /** The kinds of queries. */
    enum QueryContainerCase {}
}
