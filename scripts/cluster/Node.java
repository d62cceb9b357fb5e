import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.MapperExtrasModulePlugin;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.join.ParentJoinModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.script.expression.ExpressionModulePlugin;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * One OpenSearch node: HOME OWNER [SETTING=VALUE]...
 *
 * <p>It ends on a signal, or when the process OWNER ends (0: no process), and removes HOME.
 */
public class Node {
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        long owner = Long.parseLong(arguments[1]);
        Settings.Builder settings = Settings.builder().put("path.home", home.toString());
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            String[] parts = argument.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        // The modules that a downloaded OpenSearch always has, as far as a search engine needs them.
        OpenSearchRunnerNode node = new OpenSearchRunnerNode(
                InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), null, null),
                List.of(
                        Netty4ModulePlugin.class,
                        CommonAnalysisModulePlugin.class,
                        MapperExtrasModulePlugin.class,
                        PainlessModulePlugin.class,
                        ExpressionModulePlugin.class,
                        ReindexModulePlugin.class,
                        ParentJoinModulePlugin.class));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node, home)));
        node.start();
        if (owner != 0) {
            ProcessHandle.of(owner).ifPresent(process -> process.onExit().join());
            System.exit(0);
        }
        Thread.currentThread().join();
    }

    private static void end(OpenSearchRunnerNode node, Path home) {
        try (node; var files = Files.walk(home)) {
            node.close();
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            e.printStackTrace();
        }
    }
}
