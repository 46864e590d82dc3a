using FewShotAD.Domain.Common;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Speed;

/// <summary>The figures of one backbone, the forward pass at batch 8 among them.</summary>
public sealed record BackboneSpeed(string Name, IReadOnlyList<SpeedFigure> Figures)
{
    public SpeedFigure Forward => Find(SpeedNames.Forward)!;

    public SpeedFigure? Find(string name) => Figures.FirstOrDefault(figure => figure.Name == name);

    /// <summary>Median over rounds of the figure's time to the forward pass's of the same round.</summary>
    public double Ratio(SpeedFigure figure) => SpeedFigure.MedianOf(figure.Milliseconds.Zip(Forward.Milliseconds, (time, forward) => time / forward));
}

/// <summary>Measures one backbone after the other; what belongs to one backbone is interleaved.</summary>
/// <param name="tell">Gets a sentence after every round.</param>
public sealed class SpeedRun(SpeedOptions options, Compute compute, Action<string> tell)
{
    private const int Seed = 1;

    public Result<IReadOnlyList<BackboneSpeed>> Measure(CancellationToken ct)
    {
        // A wrong name is known before minutes of measuring.
        foreach (var name in options.Backbones)
        {
            var made = RandomInputs.Backbone(name);
            if (!made.Succeeded)
                return Result<IReadOnlyList<BackboneSpeed>>.Fail(made.Error);
            made.Value.Dispose();
        }

        return options.Backbones.Select(name => One(name, ct)).ToArray();
    }

    private BackboneSpeed One(string name, CancellationToken ct)
    {
        random.manual_seed(Seed);
        using var scope = NewDisposeScope();
        using var backbone = RandomInputs.Backbone(name).Value;
        backbone.to(compute.Device);
        backbone.eval();
        var images = rand(SpeedOptions.Batch, 3, options.Side, options.Side, device: compute.Device);
        var items = new List<SpeedItem>
        {
            new(SpeedNames.Forward, "backbone forward, 8 images", _ => Forward(backbone, images), SpeedItem.Often),
            new("backbone.forward.1", "backbone forward, 1 image", _ => Forward(backbone, images[..1]), SpeedItem.Often),
        };
        var hasRegAd = backbone.Card.RegAdStages.Count > 0;
        using var network = hasRegAd ? RandomInputs.RegAd(RandomInputs.Backbone(name).Value, options.Side, compute.Device) : null;
        using var regAd = network is null ? null : new RegAdSpeed(backbone, network, options, ct);
        using var official = network is null ? null : new OfficialSpeed(network, options, compute.Device);
        using var methods = new MethodSpeed(name, options, compute.Device);
        items.AddRange(regAd?.Items ?? []);
        items.AddRange(official?.Items ?? []);
        items.AddRange(methods.Items(backbone.Card));
        items.RemoveAll(item => item.Name != SpeedNames.Forward && !item.Name.StartsWith(options.Only, StringComparison.Ordinal));
        var figures = new InterleavedTimer(options.Repeats, compute.Device).Measure(
            items, round => tell(round == 0 ? $"{name}: memory measured." : $"{name}: round {round} of {options.Repeats}."), ct);
        return new BackboneSpeed(name, [.. figures.Select(figure => Scaled(figure, official))]);
    }

    private static SpeedFigure Scaled(SpeedFigure figure, OfficialSpeed? official)
    {
        if (figure.Name != SpeedNames.OfficialTest || official is null)
            return figure;
        var scale = (double)official.Positions / official.Sampled;
        return figure with { Milliseconds = [.. figure.Milliseconds.Select(time => time * scale)], Scale = scale };
    }

    private static void Forward(Backbone backbone, Tensor images)
    {
        using var noGrad = no_grad();
        // Up to the last stage that a method uses; scoring runs no further either.
        backbone.Features(images);
    }
}
