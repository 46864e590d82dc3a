using FewShotAD.Domain.Common;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Models;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>A bundle brought to life: the network with its weights, and the statistics made again from the shots.</summary>
public sealed class ReadyModel : IDisposable
{
    private readonly IAnomalyMethod method;

    /// <param name="method">Owned from here on, like the model.</param>
    /// <param name="model">Fitted to the bundle's shots.</param>
    /// <param name="manifest">Of the bundle.</param>
    internal ReadyModel(IAnomalyMethod method, IAnomalyModel model, BundleManifest manifest) =>
        (this.method, Model, Manifest) = (method, model, manifest);

    public IAnomalyModel Model { get; }

    public BundleManifest Manifest { get; }

    /// <summary>What network and statistics take in memory.</summary>
    public long Bytes => Model.Bytes + method.Network.state_dict().Values.Sum(tensor => tensor.Bytes());

    public static Result<ReadyModel> Load(string path, Device device, CancellationToken ct)
    {
        var read = ModelBundle.Read(path, ct);
        if (!read.Succeeded)
            return Result<ReadyModel>.Fail(read.Error);
        var bundle = read.Value;
        var created = MethodCatalog.ForScoring(bundle.Manifest.Recipe, device);
        if (!created.Succeeded)
            return Result<ReadyModel>.Fail(created.Error);
        var method = created.Value;
        try
        {
            TensorStorage.Restore(bundle.Weights, NamedWeights(method));
        }
        catch (InvalidDataException e)
        {
            method.Dispose();
            return new BundleDamaged(path, e.Message);
        }

        return new ReadyModel(method, Fit(method, bundle.Shots, device, ct), bundle.Manifest);
    }

    /// <summary>The weights of a method as a bundle stores them.</summary>
    public static IReadOnlyList<NamedTensor> NamedWeights(IAnomalyMethod method) =>
        [.. method.Network.state_dict().Select(pair => new NamedTensor(pair.Key, pair.Value))];

    public void Dispose()
    {
        Model.Dispose();
        method.Dispose();
    }

    private static IAnomalyModel Fit(IAnomalyMethod method, IReadOnlyList<PixelImage> shots, Device device, CancellationToken ct)
    {
        using var scope = NewDisposeScope();
        using var support = method.Describe(PixelImage.Batch(shots, device), ct);
        return support.Fit(ct);
    }
}
