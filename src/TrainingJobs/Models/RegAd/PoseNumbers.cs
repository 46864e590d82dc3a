using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.RegAd;

/// <summary>
/// Poses and θ of a few images as numbers: without gradient and on the processor. A tensor operation costs more than the arithmetic on
/// three numbers, and there are forty of them per stage.
/// </summary>
internal static class PoseNumbers
{
    private const int PoseLength = 3;
    private const int ThetaLength = 6;

    public static bool Serves(Tensor tensor) => !is_grad_enabled() && tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32;

    /// <summary>θ (B,2,3) of angle, s1 and s2 (B,3).</summary>
    public static Tensor Theta(Tensor pose) => Each(pose, PoseLength, (from, to) =>
    {
        var (cos, sin) = (MathF.Cos(from[0]), MathF.Sin(from[0]));
        (to[0], to[1], to[2]) = (cos * from[1], -sin, 0);
        (to[3], to[4], to[5]) = (sin, cos * from[2], 0);
    });

    /// <summary>θ⁻¹ (B,2,3) of θ (B,2,3) without translation.</summary>
    public static Tensor Inverse(Tensor theta) => Each(theta, ThetaLength, (from, to) =>
    {
        var determinant = (from[0] * from[4]) - (from[1] * from[3]);
        (to[0], to[1], to[2]) = (from[4] / determinant, -from[1] / determinant, 0);
        (to[3], to[4], to[5]) = (-from[3] / determinant, from[0] / determinant, 0);
    });

    private delegate void Rule(ReadOnlySpan<float> from, Span<float> to);

    private static Tensor Each(Tensor given, int length, Rule rule)
    {
        using var scope = NewDisposeScope();
        var count = given.shape[0];
        var from = given.contiguous().Floats();
        var thetas = empty(count, 2, PoseLength);
        var to = thetas.Floats();
        for (var i = 0; i < count; i++)
            rule(from.Slice(i * length, length), to.Slice(i * ThetaLength, ThetaLength));
        return thetas.MoveToOuterDisposeScope();
    }
}
