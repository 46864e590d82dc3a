using System.Globalization;
using FewShotAD.Domain.Evaluation;
using FewShotAD.TestKit;
using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;

namespace FewShotAD.TrainingJobs.Tests.Golden;

public sealed class PixelMetricsGoldenTests : IDisposable
{
    private readonly Safetensors file = Safetensors.Parse(File.ReadAllBytes(SharedFiles.Golden("pixel_metrics.safetensors")));
    private readonly torch.Tensor maps;
    private readonly torch.Tensor masks;
    private readonly float[] scores;
    private readonly bool[] labels;

    public PixelMetricsGoldenTests()
    {
        maps = TensorStorage.ToTensor(file.Tensors["maps"]);
        masks = TensorStorage.ToTensor(file.Tensors["masks"]);
        scores = maps.data<float>().ToArray();
        labels = [.. masks.data<byte>().ToArray().Select(value => value != 0)];
    }

    [Fact]
    public void Pixel_metrics_equal_the_reference()
    {
        var metrics = RankingMetrics.Of([.. scores.Select(score => (double)score)], labels);

        Assert.Equal(Reference("pixel_auroc"), metrics.Auroc!.Value, 1e-9);
        Assert.Equal(Reference("pixel_average_precision"), metrics.AveragePrecision!.Value, 1e-9);

        // As they are stored, rounded to float16, maps of continuous values say the same to four digits.
        var stored = new RankingMetricsByPixel();
        stored.Add(scores, labels, (int)maps.shape[2]);
        Assert.Equal(Reference("pixel_auroc"), stored.Metrics().Auroc!.Value, 1e-4);
        Assert.Equal(Reference("pixel_average_precision"), stored.Metrics().AveragePrecision!.Value, 1e-4);
    }

    [Theory]
    [InlineData("aupro", 0.3)]
    [InlineData("aupro_limit_1", 1)]
    public void The_overlap_of_regions_equals_the_reference(string name, double limit)
    {
        var (height, width) = ((int)maps.shape[1], (int)maps.shape[2]);
        Assert.Equal(Reference(name), RegionOverlap.Of([.. scores.Select(score => (double)score)], labels, height, width, limit)!.Value, 1e-6);

        // The maps of the reference are float32: rounding to float16 makes some pixels level that were not, which moves the fourth digit.
        var stored = new RankingMetricsByPixel();
        foreach (var (map, mask) in scores.Chunk(height * width).Zip(labels.Chunk(height * width)))
            stored.Add(map, mask, width);
        Assert.Equal(Reference(name), stored.Aupro(limit)!.Value, 1e-3);
        // Of the rounded values themselves the streamed number is exact.
        double[] rounded = [.. scores.Select(score => (double)(Half)score)];
        Assert.Equal(RegionOverlap.Of(rounded, labels, height, width, limit)!.Value, stored.Aupro(limit)!.Value, 1e-12);
    }

    public void Dispose()
    {
        maps.Dispose();
        masks.Dispose();
    }

    private double Reference(string name) => double.Parse(file.Metadata[name], CultureInfo.InvariantCulture);
}
