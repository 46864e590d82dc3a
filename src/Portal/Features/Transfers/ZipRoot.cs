using System.Text;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>Finds and reads the files with which the portal describes an export inside a zip.</summary>
internal static class ZipRoot
{
    private const long MaxListBytes = 512L << 20;
    private const long MaxProjectBytes = 64L << 20;

    /// <summary>A line names one image or result; nothing of that is long.</summary>
    private const int MaxLineLength = 16 * 1024;

    /// <summary>The folder of a file, ending with a slash or empty: somebody may have packed the unpacked folder again. Null when it is not there.</summary>
    public static string? Find(ZipInput zip, string file)
    {
        var path = zip.Paths
            .Where(p => p == file || p.EndsWith("/" + file, StringComparison.Ordinal))
            .OrderBy(p => p.Length)
            .FirstOrDefault();
        return path?[..^file.Length];
    }

    public static async Task<Result<ArchiveProject>> ReadProjectAsync(ZipInput zip, string root, TransferTask task, CancellationToken ct)
    {
        await using var file = task.NewFile();
        var unpacked = await zip.UnpackAsync(root + ArchiveFiles.Project, file, MaxProjectBytes, ct);
        if (!unpacked.Succeeded)
            return unpacked.Error;
        try
        {
            var project = await JsonSerializer.DeserializeAsync<ArchiveProject>(file, ArchiveFiles.Whole, ct);
            if (project is null)
                return new UnreadableList(ArchiveFiles.Project, "it is empty");
            return project.FormatVersion == ArchiveProject.CurrentFormat ? project : new BackupOfOtherVersion(project.FormatVersion);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return new UnreadableList(ArchiveFiles.Project, e.Message);
        }
    }

    /// <summary>Unpacks a list of JSON lines, to be read once or several times.</summary>
    public static async Task<Result<JsonLines<T>>> OpenListAsync<T>(
        ZipInput zip, string path, TransferTask task, CancellationToken ct, int maxLineLength = MaxLineLength)
        where T : class
    {
        var file = task.NewFile();
        var unpacked = await zip.UnpackAsync(path, file, MaxListBytes, ct);
        if (unpacked.Succeeded)
            return new JsonLines<T>(file, Path.GetFileName(path), maxLineLength);
        await file.DisposeAsync();
        return unpacked.Error;
    }
}

/// <summary>Objects of a file, a line each. Only one line is held at a time, and none longer than allowed.</summary>
internal sealed class JsonLines<T>(FileStream file, string name, int maxLineLength) : IAsyncDisposable
    where T : class
{
    /// <exception cref="InvalidListException">A line is not what it should be.</exception>
    public IEnumerable<T> Read()
    {
        file.Position = 0;
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        var line = new StringBuilder();
        for (var number = 1; ;)
        {
            var next = reader.Read();
            if (next is '\n' or -1)
            {
                if (line.ToString().Trim() is { Length: > 0 } text)
                    yield return Parse(text, number);
                line.Clear();
                number++;
                if (next == -1)
                    yield break;
            }
            else
            {
                line.Append((char)next);
                if (line.Length > maxLineLength)
                    throw new InvalidListException(new UnreadableList(name, $"line {number} is too long"));
            }
        }
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();

    private T Parse(string text, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, ArchiveFiles.Whole) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new InvalidListException(new UnreadableList(name, $"line {number}: {e.Message}"));
        }
    }
}

/// <summary>Ends the work on a zip whose own lists cannot be read.</summary>
internal sealed class InvalidListException(Error error) : IOException(error.Message)
{
    public Error Error => error;
}

public sealed record UnreadableList(string File, string Why)
    : Error(ErrorKind.Invalid, "zip.list", $"“{File}” in the zip cannot be read: {Why}. Take the zip as it was exported.");

public sealed record BackupOfOtherVersion(int Version)
    : Error(ErrorKind.Invalid, "restore.version",
        $"The backup was written in format {Version}, this portal reads format {ArchiveProject.CurrentFormat}. Use the version of the portal that wrote it.");
