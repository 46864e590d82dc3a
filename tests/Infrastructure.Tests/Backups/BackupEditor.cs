using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using FewShotAD.Infrastructure.Backups;

namespace FewShotAD.Infrastructure.Tests.Backups;

/// <summary>Changes a backup as somebody would who knows what it is: sums and counts are right again afterwards.</summary>
internal sealed class BackupEditor(string folder)
{
    public BackupManifest Manifest { get; private set; } = BackupManifest.Read(File.ReadAllText(Path.Combine(folder, BackupManifest.FileName)));

    public void Save(BackupManifest manifest)
    {
        Manifest = manifest;
        File.WriteAllText(Path.Combine(folder, BackupManifest.FileName), manifest.Write());
    }

    /// <param name="change">Of a row's values; null leaves the row out.</param>
    /// <param name="keeps">Which columns stay; all when null.</param>
    /// <param name="twice">Whether each row comes two times.</param>
    public async Task RewriteAsync(string table, Func<JsonArray, JsonArray?> change, Func<BackupColumn, bool>? keeps, CancellationToken ct, bool twice = false)
    {
        var old = Manifest.Tables.Single(t => t.Name == table);
        var lines = new List<string>();
        await foreach (var line in TableLoad.LinesAsync(folder, old, ct))
        {
            if (change(JsonNode.Parse(line)!.AsArray()) is { } row)
                lines.Add(new JsonArray([.. row.Where((_, place) => keeps?.Invoke(old.Columns[place]) ?? true).Select(value => value?.DeepClone())]).ToJsonString());
        }

        if (twice)
            lines.AddRange(lines.ToList());
        var path = BackupFolder.PathOf(folder, old.File.Name);
        await using (var zip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            await zip.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), ct);
        var file = new BackupFile(old.File.Name, new FileInfo(path).Length, await BackupFolder.HashAsync(path, ct));
        var edited = new BackupTable(table, [.. old.Columns.Where(column => keeps?.Invoke(column) ?? true)], lines.Count, file);
        Save(Manifest with { Tables = [.. Manifest.Tables.Select(t => t.Name == table ? edited : t)] });
    }
}
