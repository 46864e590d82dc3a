using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace FewShotAD.TrainingJobs.Weights;

/// <summary>What has arrived of a download, and beside it the entity tag that says of which content it is the beginning.</summary>
internal sealed class PartFile(string path)
{
    private readonly string tagPath = path + ".etag";

    public long Length => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>Null when the server gave none that can be resumed by: weak tags cannot.</summary>
    public EntityTagHeaderValue? Tag =>
        File.Exists(tagPath) && EntityTagHeaderValue.TryParse(File.ReadAllText(tagPath), out var tag) ? tag : null;

    /// <summary>For an answer whose content begins at the end of what is here.</summary>
    public FileStream Append() => new(path, FileMode.Append, FileAccess.Write, FileShare.Read);

    /// <summary>For an answer that begins at the beginning.</summary>
    public FileStream Begin(EntityTagHeaderValue? tag)
    {
        Delete();
        if (tag is { IsWeak: false })
            File.WriteAllText(tagPath, tag.ToString());
        return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
    }

    /// <summary>SHA-256 in small hexadecimal digits.</summary>
    public async Task<string> HashAsync(CancellationToken ct)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct));
    }

    public void MoveTo(string target)
    {
        File.Move(path, target, overwrite: true);
        File.Delete(tagPath);
    }

    public void Delete()
    {
        File.Delete(path);
        File.Delete(tagPath);
    }
}
