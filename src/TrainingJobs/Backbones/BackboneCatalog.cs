using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Weights;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>The backbones with pretrained weights that a recipe may name.</summary>
public static class BackboneCatalog
{
    public static IReadOnlyList<BackboneCard> Cards { get; } = [MobileNetV2.TheCard, ResNet18.TheCard, WideResNet50.TheCard, EfficientNetB4.TheCard];

    /// <summary>A backbone whose weights are still to be filled in. The caller owns it.</summary>
    public static Result<Backbone> Create(string name) => name switch
    {
        MobileNetV2.Key => new MobileNetV2(),
        ResNet18.Key => new ResNet18(InputScaling.ImageNet),
        WideResNet50.Key => new WideResNet50(),
        EfficientNetB4.Key => new EfficientNetB4(),
        _ => new UnknownBackbone(name),
    };

    /// <summary>A backbone with its pretrained weights. The caller owns it.</summary>
    public static Result<Backbone> Load(string name, WeightStore store, CancellationToken ct)
    {
        if (BackboneChoice.Find(name) is not { } choice)
            return new UnknownBackbone(name);
        var files = store.Find(choice, ct);
        if (!files.Succeeded)
            return Result<Backbone>.Fail(files.Error);
        var created = Create(name);
        return !created.Succeeded ? created : created.Value switch
        {
            MobileNetV2 network => MobileNetV2Weights.Fill(network, files.Value),
            ResNet network => PretrainedBackbones.ResNet(network, files.Value, ct),
            EfficientNetB4 network => PretrainedBackbones.EfficientNet(network, files.Value, ct),
            var network => throw new InvalidOperationException($"Nobody said how {network.Card.Name} is filled."),
        };
    }
}

public sealed record UnknownBackbone(string Name) : Error(
    ErrorKind.Invalid, "backbone.unknown",
    $"There is no backbone “{Name}”: choose {string.Join(", ", BackboneCatalog.Cards.Select(card => card.Name))}.");
