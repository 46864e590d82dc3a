using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
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
        var restored = Restore(bundle, bundle.Manifest.Recipe, path, device);
        return restored.Succeeded
            ? new ReadyModel(restored.Value, Fit(restored.Value, bundle.Shots, device, ct), bundle.Manifest)
            : Result<ReadyModel>.Fail(restored.Error);
    }

    /// <summary>A bundle's network as a method that can only score.</summary>
    /// <param name="recipe">The bundle's, or one of a run that uses its network.</param>
    /// <param name="path">Of the bundle, for people.</param>
    internal static Result<IAnomalyMethod> Restore(ModelBundle bundle, TrainingRecipe recipe, string path, Device device)
    {
        var created = MethodCatalog.ForScoring(recipe, device);
        if (!created.Succeeded)
            return created;
        try
        {
            TensorStorage.Restore(bundle.Weights, NamedWeights(created.Value));
            return created;
        }
        catch (InvalidDataException e)
        {
            created.Value.Dispose();
            return Result<IAnomalyMethod>.Fail(new BundleDamaged(path, e.Message));
        }
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
