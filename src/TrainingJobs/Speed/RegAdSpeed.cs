using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Scoring;
using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Speed;

/// <summary>Scoring and fitting of RegAD: the whole, and the parts after the backbone on features that are already there.</summary>
internal sealed class RegAdSpeed : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly RegAdNetwork network;
    private readonly RegAdMethod method;
    private readonly RegAdSupport support;
    private readonly RegAdModel model;
    private readonly Tensor images;
    private readonly Tensor shots;
    private readonly IReadOnlyList<PoseOrigin> origins;
    private readonly Tensor[] stages;
    private readonly Tensor[] thetas;
    private readonly Tensor[] aligned;
    private readonly Tensor distances;
    private readonly Tensor maps;

    /// <param name="backbone">Stays the caller's, like the network: it makes the features that the parts work on.</param>
    public RegAdSpeed(Backbone backbone, RegAdNetwork network, SpeedOptions options, CancellationToken ct)
    {
        using var noGrad = no_grad();
        this.network = network;
        var device = network.Encoder.parameters().First().device;
        method = new RegAdMethod(
            network, TrainingRecipe.For(TrainingPreset.Quick) with { Shots = options.Shots, ImageSize = options.Side }, null, device);
        network.eval();
        images = rand(SpeedOptions.Batch, 3, options.Side, options.Side, device: device);
        shots = rand(options.Shots, 3, options.Side, options.Side, device: device);
        origins = network.Origins(shots);
        support = (RegAdSupport)method.Describe(shots, ct);
        model = (RegAdModel)support.Fit(ct);
        var features = backbone.Features(images);
        // As a backbone gives them: its own layout in memory.
        stages = [.. backbone.Card.RegAdStages.Select(index => features[index])];
        thetas = Thetas();
        aligned = Warps(thetas);
        distances = model.Distances(aligned);
        maps = MapPostprocessing.Apply(distances, options.Side);
    }

    public IEnumerable<SpeedItem> Items =>
    [
        new(SpeedNames.Score, "RegAD: whole score of 8 images", _ => Scores(model.Maps(images)), SpeedItem.Often),
        new(SpeedNames.AfterBackbone, "RegAD: all parts after the backbone, 8 images", _ => AfterBackbone(), SpeedItem.Often),
        new("regad.transformers.8", "  spatial transformers", _ => WithoutGradient(() => Thetas()), SpeedItem.Often),
        new("regad.warps.8", "  warps and inverse warps", _ => WithoutGradient(() => Warps(thetas)), SpeedItem.Often),
        new("regad.distances.8", "  Gaussian distances", _ => model.Distances(aligned), SpeedItem.Often),
        new("regad.maps.8", "  resize and blur", _ => MapPostprocessing.Apply(distances, (int)images.shape[2]), SpeedItem.Often),
        new("regad.image_scores.8", "  scores of the maps", _ => Scores(maps), SpeedItem.Often),
        new(SpeedNames.FitFeatures, "RegAD fit: features of shots and views", ct => method.Describe(shots, ct).Dispose()),
        new(SpeedNames.FitStatistics, "RegAD fit: Gaussians", ct => support.Fit(ct).Dispose()),
    ];

    public void Dispose()
    {
        model.Dispose();
        support.Dispose();
        scope.Dispose();
    }

    private static void WithoutGradient(Func<Tensor[]> work)
    {
        using var noGrad = no_grad();
        work();
    }

    private Tensor[] Thetas() => [.. network.Transformers.Zip(stages, (transformer, stage) => transformer.call(stage))];

    private Tensor[] Warps(Tensor[] by) => RegAdNetwork.Align([.. stages.Zip(by, SpatialTransformer.Warp)], by);

    private void AfterBackbone()
    {
        using var noGrad = no_grad();
        var made = network.Transformers.Select((transformer, i) => transformer.Transform(stages[i], _ => origins[i])).ToArray();
        var back = RegAdNetwork.Align([.. made.Select(pair => pair.Warped)], [.. made.Select(pair => pair.Theta)]);
        Scores(MapPostprocessing.Apply(model.Distances(back), (int)images.shape[2]));
    }

    /// <summary>Image scores of maps (B,S,S).</summary>
    private void Scores(Tensor made)
    {
        var side = (int)made.shape[1];
        var values = made.cpu().contiguous().Floats();
        for (var i = 0; i < made.shape[0]; i++)
            MapScore.Of(values.Slice(i * side * side, side * side), side, ((Models.IAnomalyModel)model).ScoreWindow);
    }
}
