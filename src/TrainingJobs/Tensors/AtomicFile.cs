namespace FewShotAD.TrainingJobs.Tensors;

/// <summary>Files that are there completely or not at all: written beside, then renamed.</summary>
public static class AtomicFile
{
    public static void Write(string path, Action<Stream> write)
    {
        var beside = path + ".part";
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            write(stream);
            // Without this, a power cut after the rename can leave an empty file under the final name.
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}
