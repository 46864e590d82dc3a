using System.Globalization;
using FewShotAD.Domain.Evaluation;
using FewShotAD.TestKit;
using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;

namespace FewShotAD.TrainingJobs.Tests.Golden;

public sealed class PixelMetricsGoldenTests
{
    [Fact]
    public void Pixel_metrics_equal_the_reference()
    {
        var file = Safetensors.Parse(File.ReadAllBytes(SharedFiles.Golden("pixel_metrics.safetensors")));
        using var maps = TensorStorage.ToTensor(file.Tensors["maps"]);
        using var masks = TensorStorage.ToTensor(file.Tensors["masks"]);
        var scores = maps.data<float>().ToArray();
        var labels = masks.data<byte>().ToArray().Select(value => value != 0).ToArray();

        var metrics = RankingMetrics.Of([.. scores.Select(score => (double)score)], labels);

        Assert.Equal(Reference("pixel_auroc"), metrics.Auroc!.Value, 1e-9);
        Assert.Equal(Reference("pixel_average_precision"), metrics.AveragePrecision!.Value, 1e-9);

        // As they are stored, rounded to float16, maps of continuous values say the same to four digits.
        var stored = new RankingMetricsByPixel();
        stored.Add(scores, labels);
        Assert.Equal(Reference("pixel_auroc"), stored.Metrics().Auroc!.Value, 1e-4);

        double Reference(string name) => double.Parse(file.Metadata[name], CultureInfo.InvariantCulture);
    }
}
