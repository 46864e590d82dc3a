using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Images;

public enum ImageSplit
{
    Unassigned = 0,
    Support = 1,
    Test = 2,
}

public enum ImageLabel
{
    Unknown = 0,
    Normal = 1,
    Defective = 2,
}

/// <summary>What the decoder found in an accepted upload; the format is the content's, not the name's.</summary>
public sealed record ImageFacts(int Width, int Height, string Format, long Bytes, string Sha256);

/// <summary>The blobs of one image: the upload as it came, and what is derived from it (metadata removed, orientation applied).</summary>
public sealed record ImageBlobs(BlobKey Original, BlobKey View, BlobKey Thumbnail);

/// <summary>A picture of a part in a project.</summary>
public sealed class InspectionImage : ITenantOwned
{
    public const int NameMaxLength = 260;
    public const int DefectTypeMaxLength = 60;

    private InspectionImage()
    {
        Name = Sha256 = Format = "";
        Blobs = null!;
    }

    public TenantId TenantId { get; private set; }

    public ImageId Id { get; private set; }

    public ProjectId ProjectId { get; private set; }

    /// <summary>File name, or the relative path it had in an uploaded folder ("test/broken_large/000.jpg").</summary>
    public string Name { get; private set; }

    public string Sha256 { get; private set; }

    public string Format { get; private set; }

    /// <summary>Pixels, after orientation.</summary>
    public int Width { get; private set; }

    public int Height { get; private set; }

    public long Bytes { get; private set; }

    public ImageBlobs Blobs { get; private set; }

    /// <summary>Ground truth: a PNG of the view's size, non-zero where the defect is.</summary>
    public BlobKey? Mask { get; private set; }

    /// <summary>What scores and metrics of this image leave out: a PNG of the view's size, non-zero where pixels do not count.</summary>
    public BlobKey? Ignore { get; private set; }

    public ImageSplit Split { get; private set; }

    public ImageLabel Label { get; private set; }

    public string? DefectType { get; private set; }

    public DateTimeOffset UploadedAt { get; private set; }

    public UserId UploadedBy { get; private set; }

    public static Result<InspectionImage> Create(
        Project project, string name, ImageFacts facts, ImageBlobs blobs, UserId by, DateTimeOffset now)
    {
        var cleaned = name.Trim();
        if (cleaned.Length is 0 or > NameMaxLength)
            return new InvalidImageName();
        return new InspectionImage
        {
            TenantId = project.TenantId,
            ProjectId = project.Id,
            Id = new ImageId(Guid.CreateVersion7(now)),
            Name = cleaned,
            Sha256 = facts.Sha256,
            Format = facts.Format,
            Width = facts.Width,
            Height = facts.Height,
            Bytes = facts.Bytes,
            Blobs = blobs,
            UploadedAt = now,
            UploadedBy = by,
        };
    }

    /// <summary>Sets split and label together, since one limits the other: a support shot is normal by definition.</summary>
    public Result Classify(ImageSplit split, ImageLabel label, string? defectType = null)
    {
        var type = string.IsNullOrWhiteSpace(defectType) ? null : defectType.Trim();
        if (type is { Length: > DefectTypeMaxLength })
            return new InvalidDefectType();
        if (split == ImageSplit.Support && label == ImageLabel.Defective)
            return new SupportShotMustBeNormal(Name);
        Split = split;
        Label = split == ImageSplit.Support ? ImageLabel.Normal : label;
        DefectType = Label == ImageLabel.Defective ? type : null;
        return Result.Ok;
    }

    public Result AttachMask(BlobKey mask)
    {
        if (Split == ImageSplit.Support)
            return new SupportShotMustBeNormal(Name);
        Mask = mask;
        Label = ImageLabel.Defective;
        return Result.Ok;
    }

    /// <summary>
    /// Takes the masks that were drawn. One with a defect makes a test image defective; taking the last defect away leaves the label
    /// alone, since nobody said that the part is good.
    /// </summary>
    internal void Draw(BlobKey? mask, BlobKey? ignore, string? defectType)
    {
        (Mask, Ignore) = (mask, ignore);
        if (mask is null || Split == ImageSplit.Support)
            return;
        Label = ImageLabel.Defective;
        DefectType = defectType ?? DefectType;
    }
}
