using FewShotAD.TrainingJobs.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>Fills <see cref="MobileNetV2"/> from the TensorFlow.js files that the build restores beside the program.</summary>
internal static class MobileNetV2Weights
{
    /// <param name="network">Given back.</param>
    /// <param name="files">Of known hashes, so that their content needs no mistrust.</param>
    public static Backbone Fill(MobileNetV2 network, WeightSet files)
    {
        var graph = new TensorFlowJsGraph(files["model.json"], name => files[name]);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Plain(graph, "MobilenetV2/Conv", network.Stem);
        foreach (var (block, index) in network.InOrder.Select((block, index) => (block, index)))
        {
            var prefix = index == 0 ? "MobilenetV2/expanded_conv" : $"MobilenetV2/expanded_conv_{index}";
            if (block.Expand is { } expand)
                Plain(graph, $"{prefix}/expand", expand);
            Depthwise(graph, $"{prefix}/depthwise", block.Depthwise);
            Plain(graph, $"{prefix}/project", block.Project);
        }

        return network;
    }

    private static void Plain(TensorFlowJsGraph graph, string prefix, SameConvolution into)
    {
        var (output, input, kernel) = ((int)into.Weight.shape[0], (int)into.Weight.shape[1], (int)into.Weight.shape[2]);
        var values = graph.Floats($"{prefix}/Conv2D/merged_input", kernel, kernel, input, output);
        into.Weight.copy_(tensor(values).view(kernel, kernel, input, output).permute(3, 2, 0, 1)); // HWIO → OIHW
        into.Bias.copy_(tensor(graph.Floats($"{prefix}/BatchNorm/FusedBatchNorm/Offset", output)));
    }

    private static void Depthwise(TensorFlowJsGraph graph, string prefix, SameConvolution into)
    {
        var channels = (int)into.Weight.shape[0];
        var values = tensor(graph.Floats($"{prefix}/depthwise_weights", 3, 3, channels, 1)).view(3, 3, channels, 1);
        var scale = tensor(graph.Floats($"{prefix}/BatchNorm/FusedBatchNorm/Scaled", channels)).view(channels, 1, 1, 1);
        // The graph scales after the convolution; both are linear, so the scale moves into the weights, as it already did elsewhere.
        into.Weight.copy_(values.permute(2, 3, 0, 1) * scale); // (C,1,3,3)
        into.Bias.copy_(tensor(graph.Floats($"{prefix}/BatchNorm/FusedBatchNorm/Offset", channels)));
    }
}
