using FewShotAD.Domain.Common;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Weights;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>The one file of a backbone that PyTorch's users share: <c>.safetensors</c>, and <c>.pth</c> under any other name.</summary>
internal static class StateDictionaryFile
{
    /// <param name="unused">Beginnings of the names that the network has no use for: its classifier and the stages behind its last one.</param>
    public static Result<IReadOnlyDictionary<string, StoredTensor>> Read(WeightSet files, string[] unused, CancellationToken ct)
    {
        var (path, content) = (files.Paths[0], files.Contents[0]);
        if (!path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            using var stream = new MemoryStream(content.ToArray(), writable: false);
            return PytorchFile.Read(stream, path, Skip, ct);
        }

        try
        {
            return Safetensors.Parse(content).Tensors.Where(pair => !Skip(pair.Key)).ToDictionary(StringComparer.Ordinal);
        }
        catch (InvalidDataException e)
        {
            return Result<IReadOnlyDictionary<string, StoredTensor>>.Fail(new WeightsRefused(path, e.Message.TrimEnd('.')));
        }

        bool Skip(string name) => unused.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal));
    }
}
