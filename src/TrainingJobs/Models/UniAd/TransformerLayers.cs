using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>A post-norm encoder layer: masked self-attention and a feed-forward network, each added to its input and normalised.</summary>
public sealed class EncoderLayer : nn.Module
{
    [ComponentName(Name = "self_attn")]
    private readonly MaskedAttention attention;

    [ComponentName(Name = "linear1")]
    private readonly Linear linear1;

    [ComponentName(Name = "linear2")]
    private readonly Linear linear2;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm norm1;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm norm2;

    [ComponentName(Name = "dropout")]
    private readonly Dropout dropout;

    public EncoderLayer(TransformerSize size)
        : base(nameof(EncoderLayer))
    {
        attention = new MaskedAttention(size.Width, size.Heads, size.Dropout);
        linear1 = Linear(size.Width, size.FeedForward);
        linear2 = Linear(size.FeedForward, size.Width);
        norm1 = LayerNorm(size.Width);
        norm2 = LayerNorm(size.Width);
        dropout = Dropout(size.Dropout);
        RegisterComponents();
    }

    /// <param name="x">(B,N,D)</param>
    /// <param name="position">(N,D), added to query and key, not to the value.</param>
    /// <param name="mask">(N,N)</param>
    /// <returns>(B,N,D)</returns>
    public Tensor Encode(Tensor x, Tensor position, Tensor mask)
    {
        var placed = x + position; // (B,N,D)
        var h = norm1.call(x + dropout.call(attention.Attend(placed, placed, x, mask))); // (B,N,D)
        var wide = dropout.call(functional.relu(linear1.call(h))); // (B,N,F)
        return norm2.call(h + dropout.call(linear2.call(wide))); // (B,N,D)
    }
}

/// <summary>
/// A layer-wise query decoder layer: its own learned queries look at the encoder's memory first, and at the previous layer's output
/// next. No path leads from a position's input to its output, so nothing can be copied.
/// </summary>
public sealed class QueryDecoderLayer : nn.Module
{
    [ComponentName(Name = "learned_embed")]
    private readonly Parameter queries;

    [ComponentName(Name = "self_attn")]
    private readonly MaskedAttention memoryAttention;

    [ComponentName(Name = "multihead_attn")]
    private readonly MaskedAttention previousAttention;

    [ComponentName(Name = "linear1")]
    private readonly Linear linear1;

    [ComponentName(Name = "linear2")]
    private readonly Linear linear2;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm norm1;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm norm2;

    [ComponentName(Name = "norm3")]
    private readonly LayerNorm norm3;

    [ComponentName(Name = "dropout")]
    private readonly Dropout dropout;

    public QueryDecoderLayer(TransformerSize size, int positions)
        : base(nameof(QueryDecoderLayer))
    {
        queries = Parameter(init.normal_(empty(positions, size.Width)));
        memoryAttention = new MaskedAttention(size.Width, size.Heads, size.Dropout);
        previousAttention = new MaskedAttention(size.Width, size.Heads, size.Dropout);
        linear1 = Linear(size.Width, size.FeedForward);
        linear2 = Linear(size.FeedForward, size.Width);
        norm1 = LayerNorm(size.Width);
        norm2 = LayerNorm(size.Width);
        norm3 = LayerNorm(size.Width);
        dropout = Dropout(size.Dropout);
        RegisterComponents();
    }

    /// <param name="previous">Output of the layer before, the memory for the first (B,N,D).</param>
    /// <param name="memory">Output of the encoder (B,N,D).</param>
    /// <param name="position">(N,D)</param>
    /// <param name="mask">(N,N), for both attentions.</param>
    /// <returns>(B,N,D)</returns>
    public Tensor Decode(Tensor previous, Tensor memory, Tensor position, Tensor mask)
    {
        var query = queries.unsqueeze(0); // (1,N,D)
        var h = memoryAttention.Attend(query + position, memory + position, memory, mask); // (B,N,D)
        h = norm1.call(query + dropout.call(h)); // (B,N,D)
        h = norm2.call(h + dropout.call(previousAttention.Attend(h + position, previous + position, previous, mask))); // (B,N,D)
        var wide = dropout.call(functional.relu(linear1.call(h))); // (B,N,F)
        return norm3.call(h + dropout.call(linear2.call(wide))); // (B,N,D)
    }
}
