using FewShotAD.Domain.Common;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Models.UniAd;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Speed;

/// <summary>Random weights and images. No time depends on them, as long as no number is denormal and no warp is the identity.</summary>
internal static class RandomInputs
{
    /// <summary>Angle, s1, s2 of every transformer, as a trained one might have them: a warp by the identity would read memory in order.</summary>
    private static readonly float[] Turned = [0.05f, 0.98f, 1.02f];

    public static Result<Backbone> Backbone(string name)
    {
        var created = BackboneCatalog.Create(name);
        if (!created.Succeeded)
            return created;
        using var noGrad = no_grad();
        // Not with the gain for ReLU: without trained statistics in batch norm, features would grow with every block.
        foreach (var parameter in created.Value.parameters().Where(parameter => parameter.dim() > 1))
            nn.init.kaiming_normal_(parameter, nonlinearity: nn.init.NonlinearityType.Linear);
        return created;
    }

    public static RegAdNetwork RegAd(Backbone backbone, int side, Device device)
    {
        var network = new RegAdNetwork(backbone, side);
        using (no_grad())
        {
            using var turned = tensor(Turned);
            foreach (var transformer in network.Transformers)
                transformer.Bias.copy_(turned);
        }

        network.to(device);
        return network;
    }

    public sealed class Episodes(Tensor queries, Tensor supports) : IEpisodeSource
    {
        public Episode Draw(int step) => new(queries, supports);
    }

    public sealed class Images(Tensor images) : IImageSource
    {
        public Tensor Draw(int step) => images;
    }
}
