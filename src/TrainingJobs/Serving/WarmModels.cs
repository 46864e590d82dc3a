using System.Diagnostics;
using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Serving;

/// <param name="Seconds">What loading took; 0 for a model that was warm.</param>
internal sealed record WarmModel(ReadyModel Ready, long Bytes, double Seconds);

/// <summary>
/// Models that are ready to score, the least recently used dropped when they take more than the limit together. The one in use stays
/// whatever it takes: a limit that is too small makes scoring slow, not impossible.
/// </summary>
internal sealed class WarmModels(long limitBytes, Device device, Action<string> dropped) : IDisposable
{
    /// <summary>Most recently used first.</summary>
    private readonly LinkedList<(string Key, WarmModel Model)> models = new();

    public Result<WarmModel> Ensure(WarmBundle bundle, CancellationToken ct)
    {
        for (var node = models.First; node is not null; node = node.Next)
        {
            if (node.Value.Key != bundle.Key)
                continue;
            models.Remove(node);
            models.AddFirst(node);
            return node.Value.Model with { Seconds = 0 };
        }

        var watch = Stopwatch.StartNew();
        var loaded = Load(bundle, ct);
        if (!loaded.Succeeded)
            return loaded.Error;
        var model = new WarmModel(loaded.Value, loaded.Value.Bytes, watch.Elapsed.TotalSeconds);
        models.AddFirst((bundle.Key, model));
        MakeRoom();
        return model;
    }

    public void Dispose()
    {
        foreach (var (_, model) in models)
            model.Ready.Dispose();
        models.Clear();
    }

    private Result<ReadyModel> Load(WarmBundle bundle, CancellationToken ct)
    {
        try
        {
            using (var file = File.OpenRead(bundle.Path))
            {
                if (Convert.ToHexStringLower(SHA256.HashData(file)) != bundle.Sha256)
                    return new BundleChanged();
            }

            return ReadyModel.Load(bundle.Path, device, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new BundleChanged();
        }
    }

    private void MakeRoom()
    {
        var made = false;
        while (models.Count > 1 && models.Sum(entry => entry.Model.Bytes) > limitBytes)
        {
            var (key, model) = models.Last!.Value;
            models.RemoveLast();
            model.Ready.Dispose();
            dropped(key);
            made = true;
        }

        // Otherwise the C library would keep the pages for itself, and the limit would be one of ours only.
        if (made)
            NativeRuntime.ReturnFreedPages();
    }
}

/// <summary>The file is away, or is not the one that was named. The portal fetches it again.</summary>
public sealed record BundleChanged()
    : Error(ErrorKind.Unavailable, ScoringFrames.BundleChangedCode, "The model's file changed while it was read. Try again.");
