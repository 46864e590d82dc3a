using FewShotAD.Domain.Training;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>Sizes of the transformer; the defaults are the published ones.</summary>
/// <param name="Width">D, channels of a token.</param>
/// <param name="FeedForward">F, hidden width of the feed-forward networks.</param>
public sealed record TransformerSize(int Width = 256, int Heads = 8, int FeedForward = 1024, int Layers = 4, double Dropout = 0.1);

/// <param name="Features">The features as the normal parts would have them (B,C₀,h,w).</param>
/// <param name="Decoder">The memory, then the output of every decoder layer: (B,D,h,w) each.</param>
public readonly record struct Reconstruction(Tensor Features, IReadOnlyList<Tensor> Decoder);

/// <summary>UniAD's transformer (arXiv 2206.03687): it says what normal features would be where it finds these.</summary>
public sealed class FeatureReconstructor : nn.Module
{
    private const string Mask = "mask";
    private const string Sine = "sine";

    private readonly int side;

    [ComponentName(Name = "pos_embed")]
    private readonly LearnedPosition? learned;

    [ComponentName(Name = "encoder")]
    private readonly ModuleList<EncoderLayer> encoder;

    [ComponentName(Name = "decoder")]
    private readonly ModuleList<QueryDecoderLayer> decoder;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm norm;

    [ComponentName(Name = "input_proj")]
    private readonly Linear input;

    [ComponentName(Name = "output_proj")]
    private readonly Linear output;

    /// <param name="channels">C₀ of the neck.</param>
    /// <param name="side">h = w of the neck.</param>
    public FeatureReconstructor(int channels, int side, UniAdOptions options, TransformerSize size)
        : base(nameof(FeatureReconstructor))
    {
        this.side = side;
        input = Linear(channels, size.Width);
        output = Linear(size.Width, channels);
        learned = options.PositionEmbedding == PositionEmbedding.Learned ? new LearnedPosition(side, size.Width) : null;
        encoder = new ModuleList<EncoderLayer>([.. Enumerable.Range(0, size.Layers).Select(_ => new EncoderLayer(size))]);
        decoder = new ModuleList<QueryDecoderLayer>(
            [.. Enumerable.Range(0, size.Layers).Select(_ => new QueryDecoderLayer(size, side * side))]);
        norm = LayerNorm(size.Width);
        RegisterComponents();
        // What follows from the options alone is no weight: it moves with the module and is not stored.
        register_buffer(Mask, NeighbourMask.Of(side, options.NeighbourMask), persistent: false);
        if (learned is null)
            register_buffer(Sine, SinePosition.Vectors(side, size.Width), persistent: false);
        Initialise();
    }

    /// <summary>D.</summary>
    public int Width => (int)input.out_features;

    /// <summary>Of the decoder.</summary>
    public int Layers => decoder.Count;

    /// <summary>(hw,D)</summary>
    public Tensor Position() => learned?.Vectors() ?? get_buffer(Sine)!;

    /// <param name="features">(B,C₀,h,w), jittered or clean.</param>
    public Reconstruction Reconstruct(Tensor features)
    {
        var (position, mask) = (Position(), get_buffer(Mask)!); // (hw,D), (hw,hw)
        var memory = input.call(features.flatten(2).transpose(1, 2)); // (B,hw,D)
        foreach (var layer in encoder)
            memory = layer.Encode(memory, position, mask); // (B,hw,D)
        var outputs = new List<Tensor> { memory };
        foreach (var layer in decoder)
            outputs.Add(layer.Decode(outputs[^1], memory, position, mask)); // (B,hw,D)
        var tokens = output.call(norm.call(outputs[^1])); // (B,hw,C₀)
        return new Reconstruction(Grid(tokens), [.. outputs.Select(Grid)]);
    }

    /// <summary>(B,hw,C) → (B,C,h,w)</summary>
    private Tensor Grid(Tensor tokens) => tokens.transpose(1, 2).unflatten(2, side, side);

    /// <summary>Xavier for every linear map, as published; learned queries and positions have their own.</summary>
    private void Initialise()
    {
        foreach (var linear in modules().OfType<Linear>())
        {
            init.xavier_uniform_(linear.weight);
            init.zeros_(linear.bias!);
        }
    }
}
