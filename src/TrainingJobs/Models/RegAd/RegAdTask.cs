using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Losses;
using FewShotAD.TrainingJobs.Models.Adversarial;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.RegAd;

/// <summary>RegAD's training step: the siamese loss between a query and its registered supports, plain or with the adversarial game.</summary>
public sealed class RegAdTask : ITrainingTask, IFeatureProbe
{
    private readonly TrainingRecipe recipe;
    private readonly RegAdNetwork network;
    private readonly IEpisodeSource episodes;
    private readonly MomentumSgd[] optimizers;
    private readonly AdversarialGame? game;

    /// <param name="network">Stays the caller's.</param>
    public RegAdTask(RegAdNetwork network, TrainingRecipe recipe, IEpisodeSource episodes, Device device)
    {
        (this.network, this.recipe, this.episodes) = (network, recipe, episodes);
        var names = network.named_parameters().ToDictionary(pair => pair.parameter.Handle, pair => pair.name);
        optimizers =
        [
            Sgd("registration", network.RegistrationParameters()),
            Sgd("encoder", network.Encoder.parameters()),
            Sgd("predictor", network.Predictor.parameters()),
        ];
        game = recipe.Adversarial is { } options ? new AdversarialGame(options, network.Channels, recipe.Seed, device) : null;
        State =
        [
            .. network.state_dict().Select(pair => new NamedTensor($"network.{pair.Key}", pair.Value)),
            .. optimizers.SelectMany(optimizer => optimizer.State),
            .. game?.State ?? [],
        ];

        MomentumSgd Sgd(string name, IEnumerable<Parameter> parameters) => new(
            $"sgd.{name}", [.. parameters.Select(p => new NamedTensor(names[p.Handle], p))], recipe.LearningRate, recipe.Momentum);
    }

    public IReadOnlyList<NamedTensor> State { get; }

    public void BeginEpoch(int epoch)
    {
        foreach (var optimizer in optimizers)
            optimizer.LearningRate = CosineSchedule.At(recipe.LearningRate, epoch, recipe.Epochs);
    }

    public StepLosses Step(int step)
    {
        using var scope = NewDisposeScope();
        network.train();
        foreach (var optimizer in optimizers)
            optimizer.ZeroGradients();
        var (query, support) = Pair(step); // (B,C,h,w) each
        var (z1, z2) = (network.Encoder.call(query), network.Encoder.call(support)); // (B,C,h,w) each
        var (p1, p2) = (network.Predictor.call(z1), network.Predictor.call(z2)); // (B,C,h,w) each
        var loss = SiameseLoss.Of(p1, z1, p2, z2);
        var turn = game?.Play(p1, p2, step);
        (turn?.Penalty is { } penalty ? loss + penalty : loss).backward();
        game?.AfterBackward();
        foreach (var optimizer in optimizers)
            optimizer.Step();
        return new StepLosses(loss.item<float>(), turn?.Discriminator, turn?.Adversarial, turn?.Accuracy);
    }

    public FeaturePair Probe(int step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.eval();
        var (query, support) = Pair(step);
        var p1 = network.Predictor.call(network.Encoder.call(query)); // (B,C,h,w)
        var p2 = network.Predictor.call(network.Encoder.call(support)); // (B,C,h,w)
        return new FeaturePair(
            p1.MoveToOuterDisposeScope(), p2.MoveToOuterDisposeScope(), game?.AccuracyByPosition(p1, p2).MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        foreach (var optimizer in optimizers)
            optimizer.Dispose();
        game?.Dispose();
    }

    /// <summary>The registered query and the mean of its registered supports.</summary>
    private (Tensor Query, Tensor Support) Pair(int step)
    {
        var (queries, supports) = episodes.Draw(step); // (B,3,S,S), (B,K,3,S,S)
        var query = network.Feature(queries); // (B,C,h,w)
        var each = network.Feature(supports.flatten(0, 1)); // (B·K,C,h,w)
        return (query, each.view([supports.shape[0], supports.shape[1], .. each.shape[1..]]).mean([1])); // (B,C,h,w) each
    }
}
