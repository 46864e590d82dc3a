using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAD.Infrastructure.Persistence;

namespace FewShotAD.Infrastructure.Backups;

/// <param name="Name">Below the backup's folder, with slashes.</param>
internal sealed record BackupFile(string Name, long Bytes, string Sha256);

/// <param name="Kind">Of the value, not of the product's column.</param>
internal sealed record BackupColumn(string Name, ColumnKind Kind);

internal sealed record BackupTable(string Name, IReadOnlyList<BackupColumn> Columns, long Rows, BackupFile File);

/// <summary>
/// What a backup is: written last, so that a folder without it is none. Blobs lie beside the backups of a folder, since one blob is the same
/// in all of them; the list of this one's is a file.
/// </summary>
/// <param name="Migrations">Names, without times, of those that had made the tables.</param>
/// <param name="Blobs">A line for each blob that is there: its key and its length.</param>
/// <param name="Keys">What cookies and secrets of the installation are protected with.</param>
/// <param name="Missing">Blobs that rows named and the storage did not have.</param>
/// <param name="Damaged">Blobs whose content was not what their name says.</param>
internal sealed record BackupManifest(
    int Format,
    string Version,
    DatabaseProvider Provider,
    DateTimeOffset TakenAt,
    IReadOnlyList<string> Migrations,
    IReadOnlyList<BackupTable> Tables,
    long BlobCount,
    BackupFile Blobs,
    IReadOnlyList<BackupFile> Keys,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Damaged)
{
    public const int PresentFormat = 1;
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    public static string VersionOfProgram { get; } = typeof(BackupManifest).Assembly.GetName().Version!.ToString(3);

    public long Rows => Tables.Sum(table => table.Rows);

    public IEnumerable<BackupFile> Files => Tables.Select(table => table.File).Append(Blobs).Concat(Keys);

    public string Write() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">It is cut or changed.</exception>
    public static BackupManifest Read(string text) => JsonSerializer.Deserialize<BackupManifest>(text, Json) ?? throw new JsonException("The manifest is empty.");
}
