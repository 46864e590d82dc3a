using System.Globalization;
using System.Text.Json;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Training;

/// <param name="Epoch">Finished epochs.</param>
/// <param name="Last">Of the last step before it.</param>
public sealed record Checkpoint(int Epoch, StepLosses? Last, Safetensors Tensors);

/// <summary>The one checkpoint of a run, replaced after every epoch: a reader sees the old one or the new one, never half.</summary>
/// <param name="folder">The run's checkpoint folder; made when needed.</param>
/// <param name="fingerprint">Of recipe and data. A checkpoint with another one belongs to another run.</param>
public sealed class CheckpointStore(string folder, string fingerprint)
{
    private const string Format = "fewshotad-checkpoint-1";

    public string FilePath => Path.Combine(folder, "state.safetensors");

    public void Write(int epoch, StepLosses? last, IReadOnlyList<NamedTensor> state)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(FilePath, stream => TensorStorage.Save(stream, state, new Dictionary<string, string>
        {
            ["format"] = Format,
            ["run"] = fingerprint,
            ["epoch"] = epoch.ToString(CultureInfo.InvariantCulture),
            ["losses"] = JsonSerializer.Serialize(last),
        }));
    }

    /// <summary>The checkpoint to go on from, if there is a usable one.</summary>
    /// <param name="warn">Told when a checkpoint is set aside, and why.</param>
    public Checkpoint? Read(Action<string> warn)
    {
        if (!File.Exists(FilePath))
            return null;
        try
        {
            var file = TensorStorage.Load(File.ReadAllBytes(FilePath));
            if (file.Metadata.GetValueOrDefault("format") != Format)
                throw new InvalidDataException("It has another format.");
            if (file.Metadata.GetValueOrDefault("run") != fingerprint)
                throw new InvalidDataException("It was written with another recipe or other images.");
            if (!int.TryParse(file.Metadata.GetValueOrDefault("epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
                throw new InvalidDataException("It does not say its epoch.");
            return new Checkpoint(epoch, JsonSerializer.Deserialize<StepLosses?>(file.Metadata.GetValueOrDefault("losses", "null")), file);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            SetAside(e.Message, warn);
            return null;
        }
    }

    /// <summary>Restores a task from a checkpoint that <see cref="Read"/> gave; false when it does not fit, and it is set aside.</summary>
    public bool TryRestore(Checkpoint checkpoint, ITrainingTask task, Action<string> warn)
    {
        try
        {
            TensorStorage.Restore(checkpoint.Tensors, task.State);
            return true;
        }
        catch (InvalidDataException e)
        {
            SetAside(e.Message, warn);
            return false;
        }
    }

    private void SetAside(string why, Action<string> warn)
    {
        File.Move(FilePath, FilePath + ".unusable", overwrite: true);
        warn($"The checkpoint cannot be used and was set aside; training starts over. {why}");
    }
}
