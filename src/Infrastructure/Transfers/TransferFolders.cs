using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Transfers;

/// <summary>Files of attempts, below the data directory. A process that died leaves some; the next one begins with none.</summary>
internal sealed class TransferFolders(DataPaths paths)
{
    public Attempt Open(TransferId transfer) => new(Directory.CreateDirectory(Path.Combine(paths.Transfers, $"{transfer}-{Guid.NewGuid():N}")).FullName);

    /// <summary>One process owns the data directory: at its start all of them are a former life's.</summary>
    public void DeleteAll()
    {
        if (Directory.Exists(paths.Transfers))
            Directory.Delete(paths.Transfers, recursive: true);
    }

    public sealed class Attempt(string path) : IDisposable
    {
        public string Path => path;

        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
