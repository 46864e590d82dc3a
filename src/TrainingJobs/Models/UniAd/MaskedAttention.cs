using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>Multi-head attention (arXiv 1706.03762) with an additive mask. State-dict names are those of PyTorch's module.</summary>
public sealed class MaskedAttention : nn.Module
{
    private readonly int heads;
    private readonly double dropout;

    [ComponentName(Name = "in_proj_weight")]
    private readonly Parameter inputWeight;

    [ComponentName(Name = "in_proj_bias")]
    private readonly Parameter inputBias;

    [ComponentName(Name = "out_proj")]
    private readonly Linear output;

    public MaskedAttention(int width, int heads, double dropout)
        : base(nameof(MaskedAttention))
    {
        (this.heads, this.dropout) = (heads, dropout);
        inputWeight = Parameter(init.xavier_uniform_(empty(3 * width, width)));
        inputBias = Parameter(zeros(3 * width));
        output = Linear(width, width);
        RegisterComponents();
    }

    /// <param name="query">(B,N,D), or (1,N,D) when it is the same for the whole batch.</param>
    /// <param name="key">(B,M,D)</param>
    /// <param name="value">(B,M,D)</param>
    /// <param name="mask">(N,M), added to the logits.</param>
    /// <returns>(B,N,D)</returns>
    public Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor mask)
    {
        var (weights, biases) = (inputWeight.chunk(3), inputBias.chunk(3));
        var q = Split(functional.linear(query, weights[0], biases[0])).expand(key.shape[0], -1, -1, -1); // (B,heads,N,D/heads)
        var k = Split(functional.linear(key, weights[1], biases[1])); // (B,heads,M,D/heads)
        var v = Split(functional.linear(value, weights[2], biases[2])); // (B,heads,M,D/heads)
        var mixed = functional.scaled_dot_product_attention(q, k, v, mask, training ? dropout : 0); // (B,heads,N,D/heads)
        return output.call(mixed.transpose(1, 2).flatten(2)); // (B,N,D)
    }

    /// <summary>(B,N,D) → (B,heads,N,D/heads)</summary>
    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);
}
