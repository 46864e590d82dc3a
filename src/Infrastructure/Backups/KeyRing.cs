using System.Text;
using System.Xml;
using System.Xml.Linq;
using FewShotAD.Domain.Platform;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>
/// The keys that cookies and secrets are protected with. Without them nobody would stay signed in, and secrets of webhooks could not be read.
/// They are rows where nodes share a database and files in the data directory elsewhere; a backup has them as files.
/// </summary>
internal sealed class KeyRing(IOptions<DatabaseOptions> database, DataPaths paths)
{
    private bool IsInDatabase => database.Value.Provider == DatabaseProvider.PostgreSql;

    public async Task<IReadOnlyList<(string Name, string Xml)>> ReadAsync(PortalDbContext context, CancellationToken ct)
    {
        if (IsInDatabase)
            return [.. (await context.ProtectionKeys.AsNoTracking().OrderBy(key => key.Name).ToListAsync(ct)).Select(key => (key.Name, key.Xml))];
        var keys = new List<(string, string)>();
        if (Directory.Exists(paths.Keys))
        {
            foreach (var file in Directory.EnumerateFiles(paths.Keys, "*.xml").Order(StringComparer.Ordinal))
                keys.Add((Path.GetFileNameWithoutExtension(file), await File.ReadAllTextAsync(file, ct)));
        }

        return keys;
    }

    /// <summary>Adds the keys to those that are there; a key of the same name is the same key.</summary>
    public async Task AddAsync(PortalDbContext context, IEnumerable<(string Name, string Xml)> keys, CancellationToken ct)
    {
        if (IsInDatabase)
        {
            var there = await context.ProtectionKeys.AsNoTracking().Select(key => key.Name).ToListAsync(ct);
            context.ProtectionKeys.AddRange(keys.Where(key => !there.Contains(key.Name)).Select(key => ProtectionKey.Create(key.Name, key.Xml)));
            await context.SaveChangesAsync(ct);
            return;
        }

        BackupFolder.MakePrivate(paths.Keys);
        foreach (var (name, xml) in keys)
        {
            var path = Path.Combine(paths.Keys, $"{name}.xml");
            if (File.Exists(path))
                continue;
            await using var file = BackupFolder.Create(path);
            await file.WriteAsync(Encoding.UTF8.GetBytes(xml), ct);
        }
    }

    /// <summary>Whether it can be a key: its name becomes a file's, and must not lead anywhere else.</summary>
    public static bool IsKey(string name, string xml)
    {
        if (name.Length is 0 or > ProtectionKey.NameMaxLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            return false;
        try
        {
            return XElement.Parse(xml).Name.LocalName is "key" or "revocation";
        }
        catch (XmlException)
        {
            return false;
        }
    }
}
