using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Models.Adversarial;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>The adversarial loss of UniAD: one game per decoder layer between its input and its output, averaged over the layers.</summary>
public sealed class LayerwiseGame : IDisposable
{
    private readonly AdversarialGame[] games;

    public LayerwiseGame(AdversarialOptions options, int layers, int channels, int seed, Device device) =>
        games = [.. Enumerable.Range(0, layers).Select(layer => new AdversarialGame(options, channels, seed, device, layer))];

    public IEnumerable<NamedTensor> State => games.SelectMany(game => game.State);

    /// <param name="decoder">The memory, then the output of every layer: (B,D,h,w) each.</param>
    public AdversarialTurn Play(IReadOnlyList<Tensor> decoder, int step)
    {
        var turns = games.Select((game, layer) => game.Play(decoder[layer], decoder[layer + 1], step)).ToArray();
        var penalties = turns.Select(turn => turn.Penalty).OfType<Tensor>().ToArray();
        return new AdversarialTurn(
            penalties.Length == 0 ? null : stack(penalties).mean(),
            turns.Average(turn => turn.Discriminator), turns.Average(turn => turn.Adversarial), turns.Average(turn => turn.Accuracy));
    }

    public void AfterBackward()
    {
        foreach (var game in games)
            game.AfterBackward();
    }

    /// <summary>Accuracy per position (h,w) of the last layer's discriminator.</summary>
    public Tensor AccuracyByPosition(Tensor f0, Tensor f1) => games[^1].AccuracyByPosition(f0, f1);

    public void Dispose()
    {
        foreach (var game in games)
            game.Dispose();
    }
}
