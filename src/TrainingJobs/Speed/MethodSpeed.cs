using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Models;
using FewShotAD.TrainingJobs.Models.PatchCore;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Models.UniAd;
using FewShotAD.TrainingJobs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Speed;

/// <summary>Training steps of RegAD and UniAD with and without the adversarial loss, UniAD's score, PatchCore's fit and score.</summary>
internal sealed class MethodSpeed(string backboneName, SpeedOptions options, Device device) : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly List<IDisposable> owned = [];

    /// <summary>Those that the backbone's stages allow. The batches are those of the preset <c>quick</c>.</summary>
    public IReadOnlyList<SpeedItem> Items(BackboneCard card)
    {
        var items = new List<SpeedItem>();
        if (card.RegAdStages.Count > 0 && options.Wants("regad.train."))
            items.AddRange(RegAd());
        if (card.UniAdStages.Count > 0 && options.Wants("uniad."))
            items.AddRange(UniAd());
        if (card.PatchCoreStages.Count > 0 && options.Wants("patchcore."))
            items.AddRange(PatchCore());
        return items;
    }

    public void Dispose()
    {
        for (var i = owned.Count - 1; i >= 0; i--)
            owned[i].Dispose();
        scope.Dispose();
    }

    private IEnumerable<SpeedItem> RegAd()
    {
        var plain = Recipe(DetectionMethod.RegAd);
        var episodes = new RandomInputs.Episodes(
            Images(plain.BatchSize), Images(plain.BatchSize * options.Shots).view(plain.BatchSize, options.Shots, 3, options.Side, options.Side));
        var what = $"RegAD: training step, {plain.BatchSize} queries";
        yield return Step("regad.train.plain", what, RegAdTask(plain, episodes));
        yield return Step("regad.train.adversarial", $"{what}, adversarial", RegAdTask(plain with { Adversarial = new() }, episodes));
    }

    private IEnumerable<SpeedItem> UniAd()
    {
        var plain = Recipe(DetectionMethod.UniAd);
        var images = new RandomInputs.Images(Images(plain.BatchSize));
        var what = $"UniAD: training step, {plain.BatchSize} images";
        yield return Step("uniad.train.plain", what, UniAdTask(plain, images).Task);
        var (task, network) = UniAdTask(plain with { Adversarial = new() }, images);
        yield return Step("uniad.train.adversarial", $"{what}, adversarial", task);
        var scored = Images(SpeedOptions.Batch);
        yield return new SpeedItem("uniad.score.8", "UniAD: whole score of 8 images", _ => Maps(new UniAdModel(network), scored), SpeedItem.Often);
    }

    private IEnumerable<SpeedItem> PatchCore()
    {
        var method = Own(new PatchCoreMethod(Backbone(), Recipe(DetectionMethod.PatchCore)));
        var shots = Images(options.Shots);
        var support = Own(method.Describe(shots, CancellationToken.None));
        var model = Own(support.Fit(CancellationToken.None));
        yield return new SpeedItem("patchcore.fit.features", "PatchCore fit: features of shots and views", ct => method.Describe(shots, ct).Dispose());
        yield return new SpeedItem("patchcore.fit.coreset", "PatchCore fit: coreset", ct => support.Fit(ct).Dispose());
        var scored = Images(SpeedOptions.Batch);
        yield return new SpeedItem("patchcore.score.8", "PatchCore: whole score of 8 images", _ => Maps(model, scored), SpeedItem.Often);
    }

    private static SpeedItem Step(string name, string what, ITrainingTask task)
    {
        var step = 0;
        return new SpeedItem(name, what, _ => task.Step(++step));
    }

    private static void Maps(IAnomalyModel model, Tensor images)
    {
        using var maps = model.Maps(images);
        _ = maps.cpu();
    }

    private TrainingRecipe Recipe(DetectionMethod method) => TrainingRecipe.For(TrainingPreset.Quick, method) with
    {
        Backbone = backboneName, Adversarial = null, Shots = options.Shots, ImageSize = options.Side,
        // A mask as wide as a small image's grid would leave a position without anything to see.
        UniAd = method == DetectionMethod.UniAd ? new UniAdOptions { NeighbourMask = options.Side < 128 ? 3 : 7 } : null,
    };

    private RegAdTask RegAdTask(TrainingRecipe recipe, RandomInputs.Episodes episodes)
    {
        var network = Own(RandomInputs.RegAd(Backbone(), options.Side, device));
        return Own(new RegAdTask(network, recipe, episodes, device));
    }

    private (UniAdTask Task, UniAdNetwork Network) UniAdTask(TrainingRecipe recipe, RandomInputs.Images images)
    {
        var network = Own(new UniAdNetwork(Backbone(), options.Side, recipe.UniAd!));
        network.to(device);
        return (Own(new UniAdTask(network, recipe, images, device)), network);
    }

    private Backbone Backbone()
    {
        var backbone = RandomInputs.Backbone(backboneName).Value;
        backbone.to(device);
        return backbone;
    }

    private Tensor Images(int count) => rand(count, 3, options.Side, options.Side, device: device);

    private T Own<T>(T made)
        where T : IDisposable
    {
        owned.Add(made);
        return made;
    }
}
