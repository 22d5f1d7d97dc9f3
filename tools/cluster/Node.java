import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One OpenSearch node in a process of its own: Node FOLDER PLUGINS NAME=VALUE…, which are the classes of its plug-ins,
 * with commas between, and settings of the node.
 *
 * It ends when its standard input does, so that it never outlives the process that started it.
 */
public final class Node {
    public static void main(String[] arguments) throws Exception {
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            for (int at = 2; at < arguments.length; at++) {
                String[] parts = arguments[at].split("=", 2);
                settings.put(parts[0], parts[1]);
            }
        });
        runner.build(
            OpenSearchRunner.newConfigs().basePath(arguments[0]).pluginTypes(arguments[1]).numOfNode(1).useLogger());
        while (System.in.read() >= 0) {
            // nothing is said to a node
        }
        runner.close();
        System.exit(0);
    }
}
